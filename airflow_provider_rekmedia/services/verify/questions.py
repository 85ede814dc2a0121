"""Every question that ``verify`` asks: the jobs that it needs, and how to ask it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.core.jobs.job import Engine, JobStatus
from airflow_provider_rekmedia.core.verify import call_answers as of_call
from airflow_provider_rekmedia.core.verify import result_answers as of_results
from airflow_provider_rekmedia.core.verify import summary_answers as of_summary
from airflow_provider_rekmedia.core.verify.answer import Answer
from airflow_provider_rekmedia.core.verify.outcome import JobEnd, Refusal

from . import probes
from .workbench import Workbench

__all__ = ["QUESTIONS", "QUOTA_QUESTION", "Question"]

#: The question that starts jobs until no more may run at once.
QUOTA_QUESTION: Final = "queued-jobs-quota"


@dataclass(frozen=True, slots=True)
class Question:
    """
    One question.

    :param fact_id: Its id in ``core.facts``.
    :param ask: Asks AWS.
    :param jobs: The experiments that it needs. They are started before the first question is asked.
    :param images: The images that it sends to DetectModerationLabels.
    """

    fact_id: str
    ask: Callable[[Workbench], Answer]
    jobs: tuple[str, ...] = ()
    images: tuple[str, ...] = ()

    @property
    def engine(self) -> Engine:
        """The engine that it needs."""
        return Engine.PER_IMAGE if self.images else Engine.BULK


def _read(job: str, decide: Callable[[JobEnd], Answer]) -> Callable[[Workbench], Answer]:
    """Ask by the files of one job."""

    def ask(bench: Workbench) -> Answer:
        end = bench.end(job)
        return decide(end) if isinstance(end, JobEnd) and _has_files(end) else _no_files(end)

    return ask


def _has_files(end: JobEnd) -> bool:
    return end.status is JobStatus.SUCCEEDED


def _no_files(end: JobEnd | Refusal) -> Answer:
    if isinstance(end, Refusal):
        return Answer.open(str(end))
    reason = end.failure or f"it did not end in time, and was {end.status}"
    return Answer.open(f"the job {end.experiment.name} has no files: {reason}")


def _min_confidence(bench: Workbench) -> Answer:
    unset, zero = bench.end("mixed"), bench.end("slash")
    for end in (unset, zero):
        if isinstance(end, Refusal) or not _has_files(end):
            return _no_files(end)
    assert isinstance(unset, JobEnd)  # noqa: S101 the loop has returned otherwise
    assert isinstance(zero, JobEnd)  # noqa: S101
    return of_results.answer_default_min_confidence(unset, zero)


def _outcome(job: str) -> Callable[[Workbench], Answer]:
    """Ask by the refusal or the failure of one job."""
    return lambda bench: of_call.answer_refusal_or_failure(bench.end(job))


def _repeat(bench: Workbench) -> Answer:
    first = bench.start("token")
    if isinstance(first, Refusal):
        return Answer.open(str(first))
    return of_call.answer_repeated_token(first, bench.patiently(lambda: bench.start_again("token")))


def _reuse(bench: Workbench) -> Answer:
    first = bench.start("token")
    if isinstance(first, Refusal):
        return Answer.open(str(first))
    return of_call.answer_reused_token(
        bench.patiently(lambda: bench.start_again("token", JobName="another-name"))
    )


def _repeat_later(bench: Workbench) -> Answer:
    end = bench.end("token")
    if isinstance(end, Refusal):
        return Answer.open(str(end))
    later = bench.patiently(lambda: bench.start_again("token"))
    return of_call.answer_token_lifetime(end.job_id, later, bench.elapsed_s("token"))


def _repeat_failed(bench: Workbench) -> Answer:
    end = bench.end("no-bucket")
    if isinstance(end, Refusal) or end.status is not JobStatus.FAILED:
        return Answer.open("no job failed: an output bucket that does not exist is refused, or accepted")
    return of_call.answer_repeated_token(end.job_id, bench.patiently(lambda: bench.start_again("no-bucket")))


def _image(name: str) -> Callable[[Workbench], Answer]:
    return lambda bench: of_call.answer_image_error(bench.detect(name))


_BAD_IMAGES: Final = {
    "missing": "missing.png",
    "wrong format": "wrong-format.jpg",
    "too small": "too-small.png",
}


def _bad_images(bench: Workbench) -> Answer:
    return of_call.answer_image_codes({role: bench.detect(name) for role, name in _BAD_IMAGES.items()})


_MIXED: Final = {
    "output-keys": of_results.answer_output_keys,
    "job-id-format": of_results.answer_job_id_format,
    "line-number-key": of_summary.answer_line_number_key,
    "first-line-number": of_summary.answer_first_line_number,
    "blank-line-numbers": of_summary.answer_blank_line_numbers,
    "blank-lines": of_summary.answer_blank_lines,
    "summary-version": of_summary.answer_summary_version,
    "summary-error-codes": of_summary.answer_error_codes,
    "summary-counts": of_summary.answer_summary_counts,
    "result-order": of_results.answer_result_order,
    "duplicate-images": of_results.answer_duplicate_images,
    "failed-in-results": of_results.answer_failed_in_results,
    "key-characters": of_results.answer_key_characters,
    "extra-manifest-keys": of_results.answer_extra_keys,
    "job-duration": of_results.answer_job_duration,
}

#: In the order in which they are asked. The last one repeats a token as late as possible.
QUESTIONS: Final = (
    Question(
        "closed-account-error", lambda bench: of_call.answer_closed_error(bench.start("mixed")), ("mixed",)
    ),
    Question("closed-operations", probes.ask_closed_operations, ("mixed",)),
    Question(
        "constraint-error", lambda b: of_call.answer_constraint_error(b.start("bad-name")), ("bad-name",)
    ),
    Question("repeated-token", _repeat, ("token",)),
    Question("reused-token", _reuse, ("token",)),
    Question("throttle-error", probes.ask_throttle_error),
    Question("throttling-status", probes.ask_throttling_status),
    Question("image-error-codes", _bad_images, images=tuple(_BAD_IMAGES.values())),
    Question("large-dimensions-error", _image("too-many-pixels.png"), images=("too-many-pixels.png",)),
    Question("truncated-image", _image("truncated.png"), images=("truncated.png",)),
    Question("bad-manifest", _outcome("empty"), ("empty",)),
    Question("missing-manifest", _outcome("no-manifest"), ("no-manifest",)),
    Question("bad-output", _outcome("no-bucket"), ("no-bucket",)),
    Question("failed-job-token", _repeat_failed, ("no-bucket",)),
    *(Question(fact_id, _read("mixed", decide), ("mixed",)) for fact_id, decide in _MIXED.items()),
    Question("prefix-join", _read("slash", of_results.answer_prefix_join), ("slash",)),
    Question("byte-order-mark", _read("slash", of_results.answer_byte_order_mark), ("slash",)),
    Question("default-min-confidence", _min_confidence, ("mixed", "slash")),
    Question("adapter-in-results", _read("adapter", of_results.answer_adapter_in_results), ("adapter",)),
    Question("token-lifetime", _repeat_later, ("token",)),
    Question(QUOTA_QUESTION, probes.ask_queued_jobs),
)
