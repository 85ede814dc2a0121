"""Fetches the current state of jobs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.core.errors import InvalidArgument, RekmediaError
from airflow_provider_rekmedia.core.jobs.job import PER_IMAGE_ID_PREFIX, Engine, Job
from airflow_provider_rekmedia.core.jobs.job_reference import parse_job_reference

__all__ = ["FetchJob", "fetch_or_error", "iter_jobs", "refresh_job"]

FetchJob = Callable[[str], Job]


def iter_jobs(value: Any, jobs: MediaAnalysisJobs) -> Iterator[Job]:
    """
    Parse an argument with one job or several, lazily; fetch each job that was not final.

    :param value: Untrusted: a dict that an operator returned, a job id, or the uri of a results file; or any
        number of these.
    :raises InvalidArgument: A value is the bare id of a per-image job.
    :raises InvalidJob: A value is not a job.
    :raises ServiceError: AWS refused.
    """
    is_single = isinstance(value, Mapping | str) or not isinstance(value, Iterable)
    for item in [value] if is_single else value:
        yield refresh_job(parse_job_reference(item), jobs)


def refresh_job(reference: Job | str, jobs: MediaAnalysisJobs) -> Job:
    """
    Fetch a job unless it is final; a final job never changes.

    :param reference: A job or a job id, as :func:`parse_job_reference` returns it.
    :raises InvalidArgument: It is the bare id of a per-image job.
    :raises ServiceError: AWS refused.
    :raises UnexpectedAnswer: The job has an unknown status.
    """
    if isinstance(reference, Job) and (reference.status.is_final or reference.engine is Engine.PER_IMAGE):
        return reference
    job_id = reference.job_id if isinstance(reference, Job) else reference
    if job_id.startswith(PER_IMAGE_ID_PREFIX):
        problem = (
            "AWS does not know the jobs of the per-image engine; give the whole job, as its operator "
            "returned it (analyze.output), or the s3:// uri of its results"
        )
        raise InvalidArgument(argument="job", value=job_id, problem=problem)
    return jobs.fetch(job_id)


def fetch_or_error(job_id: str, fetch: FetchJob) -> Job | RekmediaError:
    """Fetch a job; return an error instead of raising it, for ``next_step`` to judge."""
    try:
        return fetch(job_id)
    except RekmediaError as error:
        return error
