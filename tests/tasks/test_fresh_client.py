from functools import cached_property

import pytest

from airflow_provider_rekmedia.core.errors import NoCredentials, NotFound
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.tasks.fresh_client import with_fresh_client

JOB = Job(job_id="abc", engine=Engine.BULK, status=JobStatus.QUEUED)


class Task:
    """A task whose hook is created when it is read; ``outcomes`` are those of its fetches."""

    aws_conn_id = "nightly"

    def __init__(self, *outcomes):
        self.outcomes, self.hooks = list(outcomes), 0

    @cached_property
    def hook(self):
        self.hooks += 1
        return object()

    def fetch(self, job_id):
        assert self.hook
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def refusal(kind):
    return kind(operation="GetMediaAnalysisJob", code="Code", message="no")


def test_a_fetch_without_credentials_names_the_connection_and_drops_the_client():
    task = Task(refusal(NoCredentials), JOB, JOB)
    fetch = with_fresh_client(task, task.fetch)

    with pytest.raises(NoCredentials, match="aws_conn_id='nightly'"):
        fetch("abc")

    assert [fetch("abc"), fetch("abc")] == [JOB, JOB]
    assert task.hooks == 2


def test_the_client_is_kept_after_any_other_error():
    task = Task(refusal(NotFound), JOB)
    fetch = with_fresh_client(task, task.fetch)

    with pytest.raises(NotFound):
        fetch("abc")

    assert fetch("abc") == JOB
    assert task.hooks == 1
