import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument, InvalidJob, NotFound
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, encode_job
from airflow_provider_rekmedia.services.jobs.fetch_jobs import fetch_or_error, iter_jobs, refresh_job


class FakeJobs:
    def __init__(self):
        self.fetched = []

    def fetch(self, job_id):
        self.fetched.append(job_id)
        return Job(job_id=job_id, engine=Engine.BULK, status=JobStatus.SUCCEEDED)


def job(status, engine=Engine.BULK):
    return Job(job_id="abc", engine=engine, status=status)


@pytest.mark.parametrize(
    ("reference", "fetched"),
    [
        ("abc", ["abc"]),
        (job(JobStatus.IN_PROGRESS), ["abc"]),
        (job(JobStatus.SUCCEEDED), []),
        (job(JobStatus.FAILED), []),
        (job(JobStatus.SUCCEEDED, Engine.PER_IMAGE), []),
    ],
)
def test_only_a_job_that_may_have_changed_is_fetched(reference, fetched):
    jobs = FakeJobs()

    assert refresh_job(reference, jobs).job_id == "abc"
    assert jobs.fetched == fetched


@pytest.mark.parametrize("value", ["abc", ["abc"], encode_job(job(JobStatus.QUEUED)), iter(["abc"])])
def test_one_job_or_several_are_parsed(value):
    assert [found.job_id for found in iter_jobs(value, FakeJobs())] == ["abc"]


@pytest.mark.parametrize(("value", "error"), [(None, InvalidJob), ("per-image-1", InvalidArgument)])
def test_what_is_not_a_job_is_refused(value, error):
    with pytest.raises(error):
        list(iter_jobs(value, FakeJobs()))


def test_an_error_is_returned_and_not_raised():
    refusal = NotFound(operation="GetMediaAnalysisJob", code="ResourceNotFoundException", message="no")

    def fetch(job_id):
        raise refusal

    assert fetch_or_error("abc", fetch) is refusal
