"""Reads the results of jobs once, and writes each outcome to the counts, the tables and the ledger."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.results.result_files import iter_outcomes, iter_stored_results
from airflow_provider_rekmedia.adapters.results.table_places import TablePlaces
from airflow_provider_rekmedia.adapters.results.tables import TableFile
from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import Policy, verdicts
from airflow_provider_rekmedia.core.verdicts.tally import Tally
from airflow_provider_rekmedia.core.verdicts.verdict import Verdict
from airflow_provider_rekmedia.core.verdicts.verdict_rows import VerdictRows

from .audit_sink import AuditSink
from .ledger_commit import LedgerCommit
from .listed_images import read_listed_images
from .run_report import RunReport

__all__ = ["MAX_MODEL_VERSIONS", "ProcessedJob", "ResultSinks", "process_jobs"]

#: The results of a job have one model version; an untrusted file may have another one in each line.
MAX_MODEL_VERSIONS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSinks:
    """
    Where the outcomes of jobs are written.

    :param tables: ``None`` writes no tables.
    :param verdicts: ``None`` writes no verdict files.
    :param ledger: ``None`` commits to no ledger.
    :param report: ``None`` writes no report.
    :param audit: ``None`` writes no candidates of an audit sample.
    """

    tally: Tally
    policy: Policy
    judgement: Judgement
    tables: TablePlaces | None
    verdicts: VerdictFiles | None = None
    ledger: Ledger | None
    report: RunReport | None = None
    audit: AuditSink | None = None

    def judge(self, outcomes: Outcomes) -> list[Verdict]:
        """Decide about a part of a job's images, and count them for the report."""
        return self.report.tally.judge(outcomes) if self.report else verdicts(outcomes.results, self.policy)


@dataclass(frozen=True, slots=True)
class ProcessedJob:
    """
    One job whose outcomes are written.

    :param tables: The files of its rows.
    :param model_versions: The version that the job names; if it names none, those of its results, at most
        :data:`MAX_MODEL_VERSIONS` or a few more.
    :param analyzed: Images with a result.
    :param unnamed: Images that are not allowed, but whose uri is unknown, so no verdict file has them.
    :param changed: Images that were overwritten or deleted after their listing, see
        :meth:`LedgerCommit.write`; 0 without a ledger.
    """

    tables: list[TableFile]
    model_versions: set[str]
    analyzed: int
    unnamed: int
    changed: int


def process_jobs(jobs: Iterable[Job], objects: S3Objects, sinks: ResultSinks) -> list[ProcessedJob]:
    """
    Read the files of each job once, in order. One job is written while the next one is read.

    The tables of a job are written when all of its results are read, and the ledger is written last. So an
    image that is in the ledger is in the tables.

    :param jobs: Jobs that SUCCEEDED. A job that is only a results file is not committed to the ledger: such a
        file has neither ETags nor errors, and its entries would replace those of the job itself.
    :return: One item per job, in order.
    :raises RekmediaError: Raised by :func:`result_files.iter_outcomes` or a sink. What was read before is
        written first.
    """
    pending: list[Future[ProcessedJob]] = []
    with ThreadPoolExecutor(1, thread_name_prefix="rekmedia-writing") as writer:
        for job in jobs:
            pending.append(writer.submit(_read(job, objects, sinks)))
            if len(pending) > 1:  # wait, or the files of many jobs collect on local disk
                pending[-2].result()
    return [processed.result() for processed in pending]


def _read(job: Job, objects: S3Objects, sinks: ResultSinks) -> Callable[[], ProcessedJob]:
    """Read the files of a job; return a function that writes its outcomes. Call that function once."""
    versions = _model_versions(job, Outcomes(), known=0)
    analyzed = 0
    with ExitStack() as stack:
        listed = _read_listed(job, objects, sinks)
        tables = (
            stack.enter_context(sinks.tables.tables_of(job, sinks.judgement, listed))
            if sinks.tables
            else None
        )
        commit = (
            LedgerCommit(job, sinks.ledger, listed, objects)
            if sinks.ledger and not job.is_results_only
            else None
        )
        rows = VerdictRows(sinks.judgement, listed, job_id=job.job_id, model_version=job.model_version)
        for outcomes in _iter_outcomes(job, objects):
            judged = sinks.judge(outcomes)
            versions |= _model_versions(job, outcomes, known=len(versions))
            analyzed += len(outcomes.results)
            sinks.tally.add(outcomes, judged)
            if tables:
                tables.add(outcomes, judged)
            if sinks.verdicts:
                sinks.verdicts.add(rows.iter_flagged(outcomes, judged))
            if sinks.audit:
                sinks.audit.add(outcomes, judged, listed, job)
            if commit:
                commit.add(outcomes)
        if tables:
            tables.seal()
        open_files = stack.pop_all()

    def write() -> ProcessedJob:
        with open_files:
            written = tables.write(objects) if tables else []
            changed = commit.write() if commit else 0
        return ProcessedJob(written, versions, analyzed, rows.unnamed, changed)

    return write


def _read_listed(job: Job, objects: S3Objects, sinks: ResultSinks) -> Mapping[str, ShardEntry]:
    if sinks.tables or sinks.ledger or sinks.verdicts or sinks.audit:
        return read_listed_images(job.manifest_uri, objects)
    return {}


def _model_versions(job: Job, outcomes: Outcomes, *, known: int) -> set[str]:
    if job.model_version:
        return {job.model_version}
    if known >= MAX_MODEL_VERSIONS:
        return set()
    versions = (result.detection.moderation_model_version for result in outcomes.results)
    return {version for version in versions if version}


def _iter_outcomes(job: Job, objects: S3Objects) -> Iterator[Outcomes]:
    if job.is_results_only and job.results_uri:
        return iter_stored_results(parse_s3_uri(job.results_uri), objects)
    return iter_outcomes(job, objects)
