"""Answers the questions of ``core.facts`` on the account of a connection, and removes what it wrote."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.core.errors import HostNotFound, NoCredentials, RekmediaError
from airflow_provider_rekmedia.core.images.prices import price_usd
from airflow_provider_rekmedia.core.jobs.job import Engine
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verify.answer import Answer
from airflow_provider_rekmedia.core.verify.experiments import plan_experiments
from airflow_provider_rekmedia.core.verify.facts_file import redact

from .verify.cleanup import Leftovers, clean_up
from .verify.probes import MAX_SLOT_JOBS
from .verify.questions import QUESTIONS, QUOTA_QUESTION, Question
from .verify.workbench import VerifyOptions, Workbench

__all__ = ["Cost", "Verification", "choose_questions", "plan_cost", "verify_account"]


#: What Python raises where a file of AWS lacks a member, has another type, or is not JSON.
_OTHER_SHAPE: Final = (AttributeError, KeyError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Cost:
    """
    What a run costs at most.

    :param images: Images that AWS may bill.
    :param jobs: Bulk jobs that are started.
    :param usd: The price of the images, in US dollars.
    """

    images: int
    jobs: int
    usd: float


@dataclass(frozen=True, slots=True)
class Verification:
    """
    What a run found.

    :param answers: By the id of the question, redacted.
    :param is_complete: Whether every question was asked, and every job has ended.
    :param stopped_by: The error that ended the run early. ``None`` after a complete run, and after Ctrl-C.
    """

    answers: dict[str, Answer]
    left: Leftovers
    is_complete: bool
    stopped_by: RekmediaError | None = None


def choose_questions(
    engines: Collection[Engine], *, has_adapter: bool, fact_ids: Collection[str] | None = None
) -> list[Question]:
    """
    Choose what is asked.

    :param has_adapter: Whether there is an adapter to ask about.
    :param fact_ids: Only these questions; ``None`` asks all.
    """
    return [
        question
        for question in QUESTIONS
        if question.engine in engines
        and (fact_ids is None or question.fact_id in fact_ids)
        and (has_adapter or "adapter" not in question.jobs)
    ]


def plan_cost(
    questions: Sequence[Question], project_version: str | None = None, *, fill_quota: bool = False
) -> Cost:
    """
    Compute the most that the questions can cost. Nothing is sent.

    :param fill_quota: Whether jobs are started until no more may run at once. They analyze no image.
    """
    planned = plan_experiments(S3Uri("bucket", ""), "", project_version)
    jobs = {name for question in questions for name in question.jobs}
    images = sum(planned[name].images for name in jobs)
    images += sum(len(question.images) for question in questions)
    starts = sum(planned[name].starts for name in jobs)
    starts += MAX_SLOT_JOBS if fill_quota and any(q.fact_id == QUOTA_QUESTION for q in questions) else 0
    return Cost(images, starts, price_usd(images))


def verify_account(
    clients: AwsClients, prefix: S3Uri, questions: Sequence[Question], options: VerifyOptions
) -> Verification:
    """
    Ask the questions, and remove what was written.

    The answers are paid for. So those so far are returned after Ctrl-C, and after an error such as expired
    credentials.

    :param prefix: What is written is below it; what else is below it is deleted.
    :raises ServiceError: Before the first answer, there are no credentials, the host does not exist, or the
        bucket cannot be written.
    """
    bench = Workbench(clients, prefix, options)
    answers: dict[str, Answer] = {}
    is_complete = False
    stopped_by: RekmediaError | None = None
    try:
        _ask_all(bench, questions, answers)
        for job_id in bench.job_ids:  # their files are removed, too
            bench.wait(job_id)
        is_complete = True
    except KeyboardInterrupt:
        options.report("Interrupted. Removing what was written")
    except RekmediaError as error:
        if not answers:
            _report_left(clean_up(bench), options)
            raise
        stopped_by = error
    except BaseException:
        _report_left(clean_up(bench), options)
        raise
    return Verification(answers, clean_up(bench), is_complete, stopped_by)


def _ask_all(bench: Workbench, questions: Sequence[Question], answers: dict[str, Answer]) -> None:
    bench.put_images()
    for name in dict.fromkeys(name for question in questions for name in question.jobs):
        bench.start(name)
    secrets = (bench.prefix.bucket, bench.prefix.key, bench.prefix.key.rstrip("/"), bench.options.run_id)
    for question in questions:
        answer = _ask(bench, question)
        answers[question.fact_id] = Answer(
            None if answer.text is None else redact(answer.text, secrets), redact(answer.evidence, secrets)
        )
        bench.options.report(f"{question.fact_id}: {answers[question.fact_id].text or 'open'}")


def _ask(bench: Workbench, question: Question) -> Answer:
    """Ask one question. Files of an undocumented shape leave it open, and the others keep their answers."""
    try:
        return question.ask(bench)
    except (NoCredentials, HostNotFound):
        raise
    except RekmediaError as error:
        return Answer.open(str(error))
    except _OTHER_SHAPE as error:
        return Answer.open(f"the files of AWS have another shape than the documented one: {error!r}")


def _report_left(left: Leftovers, options: VerifyOptions) -> None:
    for text in (*left.objects, *(f"job {job_id} still runs" for job_id in left.running_jobs)):
        options.report(f"Left: {text}")
