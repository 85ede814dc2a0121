"""Processes the results of finished jobs: applies a policy, counts, and writes tables and ledger."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.images.manifest_set import read_index
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.results.policy_file import load_policy
from airflow_provider_rekmedia.adapters.results.table_places import TablePlaces
from airflow_provider_rekmedia.adapters.results.tables import TableFile
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.counted import counted
from airflow_provider_rekmedia.core.errors import JobsMissing
from airflow_provider_rekmedia.core.errors.service import naming_argument
from airflow_provider_rekmedia.core.jobs.job import Job, JobStatus
from airflow_provider_rekmedia.core.jobs.job_reference import distinct_jobs
from airflow_provider_rekmedia.core.results.expected_jobs import parse_index_uri, unaccounted_manifests
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.untrusted_text import show_text, without_nul
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL
from airflow_provider_rekmedia.core.verdicts.tally import Tally
from airflow_provider_rekmedia.core.verdicts.tolerance import Tolerance

from .jobs.fetch_jobs import iter_jobs
from .results.process_jobs import MAX_MODEL_VERSIONS, ProcessedJob, ResultSinks, process_jobs

__all__ = ["ProcessedRun", "ResultsRequest", "process_results"]

_LOG = logging.getLogger(__name__)

_MAX_LOGGED_LABELS: Final = 20
_MAX_LOGGED_ERRORS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsRequest:
    """
    What a task asks for.

    :param jobs: Untrusted, see :func:`iter_jobs`; ``None`` if no task returned a job.
    :param policy: See :func:`load_policy`; ``None`` reviews every image with a label.
    :param index: Untrusted, see :func:`parse_index_uri`; ``""`` expects only the given jobs.
    :param tables: Prefix of the tables; ``None`` writes none.
    :param ledger: Prefix of the ledger; ``None`` commits to none.
    :param max_items: Most flagged images, and most errors, with details.
    :param max_bytes: Most bytes of each of these two lists, and of the counts by label, as JSON.
    """

    jobs: Any
    policy: Mapping[str, Any] | str | None
    index: Any
    tables: S3Uri | None
    ledger: S3Uri | None
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
    """

    summary: dict[str, Any]
    tally: Tally
    jobs: Sequence[Job]
    unfinished: Sequence[Job]
    missing: Sequence[ImageFailure]
    manifests: int
    tables: Sequence[TableFile]

    def check(self, tolerance: Tolerance) -> None:
        """
        Check that the run is complete.

        :raises FilesMissing: A job is not final.
        :raises JobFailed: A job ended FAILED.
        :raises JobsMissing: A manifest has no job that SUCCEEDED.
        :raises TooManyFailed: More images failed than *tolerance* allows.
        """
        for job in self.unfinished:
            job.require_success()
        if self.missing:
            images = sum(failure.lines for failure in self.missing)
            raise JobsMissing(missing=len(self.missing), manifests=self.manifests, images=images)
        counts = self.tally.counts
        tolerance.check(not_analyzed=counts.not_analyzed, images=counts.images)

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
    sinks = _open_sinks(request, objects)
    expected = _expected_manifests(request.index, objects)
    if expected == {}:
        return None
    # If every task that analyzes failed, the XCom with their jobs does not exist.
    given = list(iter_jobs([] if request.jobs is None and expected else request.jobs, clients.jobs))
    jobs = distinct_jobs(given)
    if duplicates := len(given) - len(jobs):
        _LOG.warning(
            "%d of %d jobs were given twice and count once",
            duplicates,
            len(given),
        )
    succeeded = [job for job in jobs if job.status is JobStatus.SUCCEEDED]
    processed = process_jobs(succeeded, objects, sinks)
    missing = unaccounted_manifests(expected or {}, succeeded)
    sinks.tally.add(Outcomes(failures=missing), [])
    _log_tally(sinks.tally)
    return ProcessedRun(
        summary=without_nul(_summary(succeeded, processed, sinks)),
        tally=sinks.tally,
        jobs=succeeded,
        unfinished=[job for job in jobs if job.status is not JobStatus.SUCCEEDED],
        missing=missing,
        manifests=len(expected or {}),
        tables=[file for job in processed for file in job.tables],
    )


def _open_sinks(request: ResultsRequest, objects: S3Objects) -> ResultSinks:
    return ResultSinks(
        tally=Tally(request.max_items, request.max_bytes),
        policy=ANY_LABEL if request.policy is None else load_policy(request.policy, objects),
        tables=None if request.tables is None else TablePlaces(request.tables, objects),
        ledger=None if request.ledger is None else Ledger(objects, request.ledger),
    )


def _expected_manifests(index: Any, objects: S3Objects) -> dict[str, int] | None:
    """Return how many images each manifest of the index has; ``None`` without an index."""
    if index == "":  # None is not the same: it is the XCom of a task that failed
        return None
    uri = parse_index_uri(index)
    with naming_argument("index"):
        return {} if uri is None else read_index(objects, uri).images_by_manifest


def _summary(jobs: Sequence[Job], processed: Sequence[ProcessedJob], sinks: ResultSinks) -> dict[str, Any]:
    versions = sorted({version for job in processed for version in job.model_versions})
    return {
        "job_ids": [job.job_id for job in jobs],
        "counts": sinks.tally.counts.as_dict(),
        "left_out": sinks.tally.left_out,
        "results_uris": [job.results_uri for job in jobs],
        "summary_uris": [job.summary_uri for job in jobs],
        "table_uris": [file.uri for job in processed for file in job.tables],
        "model_versions": versions[:MAX_MODEL_VERSIONS],
        "policy": sinks.policy.name or None,
    }


def _log_tally(tally: Tally) -> None:
    counts = tally.counts
    _LOG.info("Images: %s", ", ".join(f"{count} {name}" for name, count in counts.as_dict().items()))
    label_counts = tally.label_counts
    labels = [f"{n} {show_text(name)}" for name, n in islice(label_counts.items(), _MAX_LOGGED_LABELS)]
    if more := len(label_counts) - len(labels):
        labels.append(f"{more} more")
    _LOG.info("Labels: %s", ", ".join(labels) or "none")
    for error in tally.errors[:_MAX_LOGGED_ERRORS]:
        fields = (show_text(error[name]) for name in ("uri", "code", "message"))
        _LOG.warning("Not analyzed: %s (%s: %s)", *fields)
    if counts.unaccounted:
        _LOG.warning(
            "Neither a result nor an error in the job's files: %s", counted(counts.unaccounted, "image")
        )
