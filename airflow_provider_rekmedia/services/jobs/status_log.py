"""Logs the status of a job while a task waits for it, once per change."""

from typing import Protocol

from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.jobs.job import Job

__all__ = ["Log", "StatusLog"]


class Log(Protocol):
    """The two methods that every logger of Airflow and of Python has."""

    def info(self, event: str, *args: object) -> object:
        """Log a normal event."""

    def warning(self, event: str, *args: object) -> object:
        """Log an event that a person may have to act on."""


class StatusLog:
    """
    Logs each new status of one job, and each poll that AWS refused.

    :param log: The logger of the task or trigger.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._status: str | None = None

    def __call__(self, result: Job | RekmediaError) -> None:
        """Log the result of one poll, if it is new."""
        if isinstance(result, RekmediaError):
            if result.retryable:
                self._log.warning("Could not fetch the job, will retry: %s", result)
        elif result.status != self._status:
            self._status = result.status
            self._log.info("Job %s is %s", result.job_id, result.status)
