"""Carries the outcomes of jobs, with their verdicts, to all that wants them: counts, tables, the ledger."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.results.result_files import iter_outcomes, iter_stored_results
from airflow_provider_rekmedia.adapters.results.table_places import TablePlaces
from airflow_provider_rekmedia.adapters.results.tables import TableFile
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.policy import Policy, verdicts
from airflow_provider_rekmedia.core.verdicts.tally import Tally
from airflow_provider_rekmedia.services.results.ledger_commit import LedgerCommit

__all__ = ["MAX_MODEL_VERSIONS", "ProcessedJob", "ResultSinks", "process_jobs"]

#: A results file has one; what a stranger wrote may have one a line.
MAX_MODEL_VERSIONS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSinks:
    """
    Where the outcomes of jobs go.

    :param tables: ``None`` writes none.
    :param ledger: ``None`` commits to none.
    """

    tally: Tally
    policy: Policy
    tables: TablePlaces | None
    ledger: Ledger | None


@dataclass(frozen=True, slots=True)
class ProcessedJob:
    """
    What is to be told of a job that was carried.

    :param tables: Its files.
    :param model_versions: The job's own; where it tells none, those of its results, of a part at least.
    """

    tables: list[TableFile]
    model_versions: set[str]


def process_jobs(jobs: Iterable[Job], objects: S3Objects, to: ResultSinks) -> list[ProcessedJob]:
    """
    Read each job's files once, in their order; what one job found is written while the next is read.

    The tables are written when all of a job has been read, and the ledger is told last: an image that it has
    is in the tables.

    :param jobs: Those that SUCCEEDED; without a summary, and with results only, one is a results file to be
        judged again. Such a file tells neither the images' bytes nor what failed: nothing is committed to
        the ledger, where it would take the place of what its job committed.
    :return: One for each job, in their order.
    :raises RekmediaError: What :func:`result_files.iter_outcomes` and the destinations raise. What has been
        read by then is still written, and waited for.
    """
    writings: list[Future[ProcessedJob]] = []
    with ThreadPoolExecutor(1, thread_name_prefix="rekmedia-writing") as behind:
        for job in jobs:
            writings.append(behind.submit(_read(job, objects, to)))
            if len(writings) > 1:  # else what has been read gathers on local disk
                writings[-2].result()
    return [writing.result() for writing in writings]


def _read(job: Job, objects: S3Objects, to: ResultSinks) -> Callable[[], ProcessedJob]:
    """Read a job's files: what to do then, once, to write what they tell."""
    versions = {job.model_version} if job.model_version else set()
    with ExitStack() as stack:
        tables = stack.enter_context(to.tables.tables_of(job, to.policy.name)) if to.tables else None
        commit = LedgerCommit(job, to.ledger, objects) if to.ledger and not job.is_results_only else None
        for outcomes in _iter_outcomes(job, objects):
            judged = verdicts(outcomes.results, to.policy)
            if not job.model_version and len(versions) < MAX_MODEL_VERSIONS:
                versions |= _model_versions(outcomes)
            to.tally.add(outcomes, judged)
            if tables:
                tables.add(outcomes, judged)
            if commit:
                commit.add(outcomes)
        if tables:
            tables.seal()
        held = stack.pop_all()

    def write() -> ProcessedJob:
        with held:
            written = tables.write(objects) if tables else []
            if commit:
                commit.write()
        return ProcessedJob(written, versions)

    return write


def _model_versions(outcomes: Outcomes) -> set[str]:
    told = (result.detection.moderation_model_version for result in outcomes.results)
    return {version for version in told if version}


def _iter_outcomes(job: Job, objects: S3Objects) -> Iterator[Outcomes]:
    if job.is_results_only and job.results_uri:
        return iter_stored_results(parse_s3_uri(job.results_uri), objects)
    return iter_outcomes(job, objects)
