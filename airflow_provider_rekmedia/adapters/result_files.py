"""Reads the files of one finished job, streamed, into a tally."""

from airflow_provider_rekmedia.core.errors import FilesMissing
from airflow_provider_rekmedia.core.job import Job
from airflow_provider_rekmedia.core.refusals import ObjectUnreadable
from airflow_provider_rekmedia.core.results import BadLine, decode_result_line
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.summary import Summary, decode_summary
from airflow_provider_rekmedia.core.tally import Tally

from .s3 import S3Objects

__all__ = ["add_job"]


def add_job(tally: Tally, job: Job, objects: S3Objects) -> None:
    """
    Add a job that SUCCEEDED to a tally: its results, its errors, and the lines of its manifest.

    :raises FilesMissing: The service named no results or no summary.
    :raises MalformedSummary: The summary cannot be read.
    :raises ServiceError: S3 refused.
    """
    if not job.results_uri or not job.summary_uri:
        raise FilesMissing(job_id=job.job_id, status=job.status)
    summary = decode_summary(objects.read(parse_s3_uri(job.summary_uri)), job.summary_uri)
    for error in summary.errors:
        tally.add_error(error)
    for number, line in enumerate(objects.iter_lines(parse_s3_uri(job.results_uri)), start=1):
        if not line.strip():
            continue
        result = decode_result_line(line, number)
        if isinstance(result, BadLine):
            tally.add_error(result)
        else:
            tally.add_result(result)
    tally.add_lines(_manifest_lines(job, summary, objects))


def _manifest_lines(job: Job, summary: Summary, objects: S3Objects) -> int:
    """Count the manifest itself; the summary's own count serves only where the manifest is gone."""
    try:
        if job.manifest_uri:
            return sum(1 for line in objects.iter_lines(parse_s3_uri(job.manifest_uri)) if line.strip())
    except ObjectUnreadable:
        pass
    return summary.statistics.total_json_lines or 0
