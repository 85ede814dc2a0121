"""Processes the results of finished jobs: judges and counts images; writes verdicts, tables and ledger."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.images.manifest_set import read_index
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.results.policy_file import load_policy
from airflow_provider_rekmedia.adapters.results.table_places import TablePlaces
from airflow_provider_rekmedia.adapters.results.tables import TableFile
from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import JobsMissing, NothingAnalyzed
from airflow_provider_rekmedia.core.errors.service import naming_argument
from airflow_provider_rekmedia.core.jobs.job import Job, JobStatus
from airflow_provider_rekmedia.core.jobs.job_reference import distinct_jobs
from airflow_provider_rekmedia.core.results.expected_jobs import parse_index_uri, unaccounted_manifests
from airflow_provider_rekmedia.core.results.job_files import JobFiles, RunFiles
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.untrusted_text import show_text, without_nul
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL
from airflow_provider_rekmedia.core.verdicts.tally import Tally
from airflow_provider_rekmedia.core.verdicts.tolerance import Tolerance
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictFileSet, verdict_folder

from .jobs.fetch_jobs import iter_jobs
from .results.audit_sink import AuditSink
from .results.job_lists import jobs_file_uri, list_jobs
from .results.process_jobs import MAX_MODEL_VERSIONS, ProcessedJob, ResultSinks, process_jobs
from .results.run_log import WrittenFiles, log_run
from .results.run_report import ReportRequest, RunReport, WrittenReport
from .results.unanalyzed_manifests import add_unanalyzed

__all__ = ["ProcessedRun", "ResultsRequest", "process_results"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsRequest:
    """
    What a task asks for.

    :param dag_id: The Dag of the task; *run_id* is its run. They are in every row that is written.
    :param jobs: Untrusted, see :func:`iter_jobs`; ``None`` if no task returned a job.
    :param policy: See :func:`load_policy`; ``None`` reviews every image with a label.
    :param index: Untrusted, see :func:`parse_index_uri`; ``""`` expects only the given jobs.
    :param tables: Prefix of the tables; ``None`` writes none.
    :param verdicts: Prefix of the verdict files; ``None`` writes none.
    :param ledger: Prefix of the ledger; ``None`` commits to none.
    :param report: ``None`` writes no report.
    :param audit_candidates: Prefix of the candidates of an audit sample; ``None`` writes none.
    :param max_items: Most flagged images, and most errors, with details.
    :param max_bytes: Most bytes of each of these two lists, and of the counts by label, as JSON.
    """

    dag_id: str
    run_id: str
    jobs: Any
    policy: Mapping[str, Any] | str | None
    index: Any
    tables: S3Uri | None
    verdicts: S3Uri | None
    ledger: S3Uri | None
    report: ReportRequest | None = None
    audit_candidates: S3Uri | None = None
    max_items: int
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedRun:
    """
    What was read and written.

    :param summary: The return value of the task, a JSON-serializable dict.
    :param jobs: The jobs that SUCCEEDED.
    :param unfinished: The other jobs; they have no results.
    :param missing: One item for each manifest without a job that SUCCEEDED.
    :param manifests: Manifests in the index; 0 without an index.
    :param tables: Files of tables.
    :param verdicts: The verdict files; ``None`` if *request* has no prefix for them.
    :param report: The report; ``None`` if *request* has none.
    :param audit_candidates: Uri of the candidates; ``None`` if *request* has no prefix for them.
    :param billed: Images that the jobs analyzed. Stored results that are judged again are not part of it.
    """

    summary: dict[str, Any]
    tally: Tally
    jobs: Sequence[Job]
    unfinished: Sequence[Job]
    missing: Sequence[ImageFailure]
    manifests: int
    tables: Sequence[TableFile]
    verdicts: VerdictFileSet | None
    report: WrittenReport | None
    audit_candidates: str | None = None
    billed: int

    def check(self, tolerance: Tolerance) -> None:
        """
        Check that the run is complete.

        :raises FilesMissing: A job is not final.
        :raises JobFailed: A job ended FAILED.
        :raises JobsMissing: A manifest has no job that SUCCEEDED.
        :raises NothingAnalyzed: There are images, but none was analyzed, and *tolerance* has no limit.
        :raises TooManyFailed: More images failed than *tolerance* allows.
        """
        for job in self.unfinished:
            job.require_success()
        if self.missing:
            images = sum(failure.lines for failure in self.missing)
            raise JobsMissing(missing=len(self.missing), manifests=self.manifests, images=images)
        counts = self.tally.counts
        tolerance.check(not_analyzed=counts.not_analyzed, images=counts.images)
        if counts.images and not counts.analyzed:
            self._refuse_nothing(tolerance)

    def _refuse_nothing(self, tolerance: Tolerance) -> None:
        first = next(iter(self.tally.errors), None)
        error = f"{show_text(first['code'])}: {show_text(first['message'])}" if first else "not known"
        images = self.tally.counts.images
        if tolerance.limit is None:
            raise NothingAnalyzed(images=images, error=error.rstrip(":. "))
        _LOG.warning(
            "None of %d images was analyzed (%s), and max_failed=%s accepts it", images, error, tolerance.text
        )

    def uris_read(self) -> list[str]:
        """Return the manifests, results and summaries of the jobs."""
        uris = [uri for job in self.jobs for uri in (job.manifest_uri, job.results_uri, job.summary_uri)]
        return [uri for uri in uris if uri]


def process_results(request: ResultsRequest, clients: AwsClients) -> ProcessedRun | None:
    """
    Read the results of every job once, and write what they contain. Memory does not grow with the images.

    :return: ``None`` if the index has no manifest, so there is no job. Call :meth:`ProcessedRun.check` after
        the result is pushed: an incomplete run fails the task, but its counts are there.
    :raises InvalidInput: A job, the policy or the index cannot be used.
    :raises ServiceError: AWS refused.
    :raises UnexpectedAnswer: A file of a job is damaged.
    """
    objects = clients.objects
    with ExitStack() as stack:
        sinks = _open_sinks(request, objects, stack)
        expected = _expected_manifests(request.index, objects)
        if expected == {}:
            return None
        # If every task that analyzes failed, the XCom with their jobs does not exist.
        given = list(iter_jobs([] if request.jobs is None and expected else request.jobs, clients.jobs))
        jobs = distinct_jobs(given)
        if duplicates := len(given) - len(jobs):
            _LOG.warning("%d of %d jobs were given twice and count once", duplicates, len(given))
        if sinks.report:
            sinks.report.read_earlier()
        succeeded = [job for job in jobs if job.status is JobStatus.SUCCEEDED]
        processed = process_jobs(succeeded, objects, sinks)
        missing = unaccounted_manifests(expected or {}, succeeded)
        lost = Outcomes(failures=list(missing.values()))
        sinks.tally.add(lost, sinks.judge(lost))
        if sinks.verdicts:
            add_unanalyzed(missing, sinks.judgement, sinks.verdicts, objects)
        lists = list_jobs(_run_files(request, succeeded, processed), _jobs_file_uri(request), objects)
        written = _write(succeeded, processed, sinks)
    run = ProcessedRun(
        summary=without_nul(lists | _summary(processed, sinks, written)),
        tally=sinks.tally,
        jobs=succeeded,
        unfinished=[job for job in jobs if job.status is not JobStatus.SUCCEEDED],
        missing=list(missing.values()),
        manifests=len(expected or {}),
        tables=[file for job in processed for file in job.tables],
        verdicts=written.verdicts,
        report=written.report,
        audit_candidates=written.audit_candidates,
        billed=_billed(succeeded, processed),
    )
    _log(run, request, processed)
    return run


@dataclass(frozen=True, slots=True)
class _Written:
    """The files about all jobs."""

    verdicts: VerdictFileSet | None
    report: WrittenReport | None
    audit_candidates: str | None


def _write(jobs: Sequence[Job], processed: Sequence[ProcessedJob], sinks: ResultSinks) -> _Written:
    verdicts = sinks.verdicts.write(run_images=sinks.tally.counts.images) if sinks.verdicts else None
    candidates = sinks.audit.write() if sinks.audit else None
    report = None
    if sinks.report:  # last: it says that everything else is written
        report = sinks.report.write(
            sinks.tally,
            jobs=[job.job_id for job in jobs],
            model_versions=_model_versions(processed),
            billed=_billed(jobs, processed),
        )
    return _Written(verdicts, report, candidates)


def _model_versions(processed: Sequence[ProcessedJob]) -> list[str]:
    return sorted({version for job in processed for version in job.model_versions})[:MAX_MODEL_VERSIONS]


def _billed(jobs: Sequence[Job], processed: Sequence[ProcessedJob]) -> int:
    return sum(done.analyzed for job, done in zip(jobs, processed, strict=True) if not job.is_results_only)


def _open_sinks(request: ResultsRequest, objects: S3Objects, stack: ExitStack) -> ResultSinks:
    policy = ANY_LABEL if request.policy is None else load_policy(request.policy, objects)
    verdicts = None
    if request.verdicts is not None:
        folder = verdict_folder(request.verdicts, request.dag_id, request.run_id)
        verdicts = stack.enter_context(VerdictFiles(objects, folder))
    judgement = Judgement.by(policy, dag_id=request.dag_id, run_id=request.run_id)
    return ResultSinks(
        tally=Tally(request.max_items, request.max_bytes, policy.not_analyzed_verdict),
        policy=policy,
        judgement=judgement,
        tables=None if request.tables is None else TablePlaces(request.tables, objects),
        verdicts=verdicts,
        ledger=None if request.ledger is None else Ledger(objects, request.ledger),
        report=RunReport(request.report, policy, objects) if request.report else None,
        audit=AuditSink(request.audit_candidates, judgement, objects) if request.audit_candidates else None,
    )


def _log(run: ProcessedRun, request: ResultsRequest, processed: Sequence[ProcessedJob]) -> None:
    files = WrittenFiles(
        results_uris=[job.results_uri for job in run.jobs if job.results_uri],
        summary_uris=[job.summary_uri for job in run.jobs if job.summary_uri],
        verdicts=run.verdicts,
        tables=sorted({file.folder for file in run.tables}),
        ledger=request.ledger,
    )
    log_run(run.tally, files, billed=run.billed, unnamed=sum(job.unnamed for job in processed))
    if run.report:
        run.report.log()


def _expected_manifests(index: Any, objects: S3Objects) -> dict[str, int] | None:
    """Return how many images each manifest of the index has; ``None`` without an index."""
    if index == "":  # None is not the same: it is the XCom of a task that failed
        return None
    uri = parse_index_uri(index)
    with naming_argument("index"):
        return {} if uri is None else read_index(objects, uri).images_by_manifest


def _run_files(request: ResultsRequest, jobs: Sequence[Job], processed: Sequence[ProcessedJob]) -> RunFiles:
    files = (
        JobFiles(
            job_id=job.job_id,
            manifest_uri=job.manifest_uri,
            results_uri=job.results_uri,
            summary_uri=job.summary_uri,
            table_uris=tuple(file.uri for file in done.tables),
        )
        for job, done in zip(jobs, processed, strict=True)
    )
    return RunFiles(dag_id=request.dag_id, run_id=request.run_id, jobs=tuple(files))


def _jobs_file_uri(request: ResultsRequest) -> S3Uri | None:
    return jobs_file_uri(
        report=request.report, verdicts=request.verdicts, dag_id=request.dag_id, run_id=request.run_id
    )


def _summary(processed: Sequence[ProcessedJob], sinks: ResultSinks, written: _Written) -> dict[str, Any]:
    return {
        "counts": sinks.tally.counts.as_dict(),
        "left_out": sinks.tally.left_out,
        "model_versions": _model_versions(processed),
        "policy": sinks.policy.name or None,
        "policy_digest": sinks.judgement.policy_digest,
        "verdicts": written.verdicts and written.verdicts.as_dict(),
        "changed": sum(job.changed for job in processed),
        "report": written.report and written.report.as_dict(),
    }
