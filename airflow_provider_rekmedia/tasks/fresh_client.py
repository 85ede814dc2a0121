"""Lets a waiting task create a new AWS client after a poll that had no credentials."""

from typing import Protocol

from airflow_provider_rekmedia.core.errors import NoCredentials
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.services.jobs.fetch_jobs import FetchJob

__all__ = ["TaskWithHook", "with_fresh_client"]


class TaskWithHook(Protocol):
    """A task of the Amazon provider: it creates its hook when ``hook`` is read, and keeps it."""

    aws_conn_id: str | None


def with_fresh_client(task: TaskWithHook, fetch: FetchJob) -> FetchJob:
    """
    Drop the hook of a task after a fetch without credentials, so the next fetch reads the connection again.

    A boto3 client that found no credentials when it was created never finds any. And while a task waits, its
    connection may get new credentials.

    :param fetch: Fetches a job with ``task.hook``.
    """

    def fetch_with_hook(job_id: str) -> Job:
        try:
            return fetch(job_id)
        except NoCredentials as error:
            vars(task).pop("hook", None)  # a cached_property
            raise error.of_connection(task.aws_conn_id) from error

    return fetch_with_hook
