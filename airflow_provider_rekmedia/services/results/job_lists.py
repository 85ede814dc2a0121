"""Lists the files of the jobs of a run: in the XComs, or in a file if there are many jobs."""

import logging
from collections.abc import Sequence
from typing import Any

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.report.report_uris import report_uris
from airflow_provider_rekmedia.core.results.job_files import (
    MAX_LISTED_JOBS,
    JobFiles,
    RunFiles,
    encode_run_files,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import verdict_folder

from .run_report import ReportRequest

__all__ = ["jobs_file_uri", "list_jobs"]

_LOG = logging.getLogger(__name__)


def jobs_file_uri(
    *, report: ReportRequest | None, verdicts: S3Uri | None, dag_id: str, run_id: str
) -> S3Uri | None:
    """
    Return where the file of a run is: beside its report, else beside its verdict files.

    An underscore hides it from the readers of the verdict files as a table. ``None`` if the task has neither
    prefix.
    """
    if report is not None:
        run = report_uris(report.prefix, report.identity).json
        return S3Uri(run.bucket, f"{run.key.rpartition('/')[0]}/jobs.json")
    return None if verdicts is None else verdict_folder(verdicts, dag_id, run_id).join("_jobs.json")


def list_jobs(files: RunFiles, uri: S3Uri | None, objects: S3Objects) -> dict[str, Any]:
    """
    List the jobs for the summary of a run.

    If there are more than :data:`MAX_LISTED_JOBS`, the lists are ``None``, so that nobody reads a part of
    them as all of them, and ``jobs_file`` has the uri of the file.

    :param uri: Where the file is written; ``None`` lists every job, however many there are.
    :raises ServiceError: S3 refused.
    """
    if uri is not None and len(files.jobs) > MAX_LISTED_JOBS:
        objects.put(uri, encode_run_files(files), "application/json")
        _LOG.info("The XComs do not list the files of %d jobs. All of them are in %s", len(files.jobs), uri)
        return {**dict.fromkeys(_lists(())), "jobs_file": str(uri)}
    return {**_lists(files.jobs), "jobs_file": None}


def _lists(jobs: Sequence[JobFiles]) -> dict[str, list[str | None]]:
    return {
        "job_ids": [job.job_id for job in jobs],
        "results_uris": [job.results_uri for job in jobs],
        "summary_uris": [job.summary_uri for job in jobs],
        "table_uris": [uri for job in jobs for uri in job.table_uris],
    }
