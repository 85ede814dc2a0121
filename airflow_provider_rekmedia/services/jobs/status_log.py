"""Tells the task's log what a wait sees, once per change."""

from typing import Protocol

from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.jobs.job import Job

__all__ = ["Log", "StatusLog"]


class Log(Protocol):
    """The two methods that every logger of Airflow's and of Python's has."""

    def info(self, event: str, *args: object) -> object:
        """Log for everybody."""

    def warning(self, event: str, *args: object) -> object:
        """Log what somebody may have to look into."""


class StatusLog:
    """
    Logs each new status of one job, and each refused look.

    :param log: The logger of the task or trigger.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._status: str | None = None

    def __call__(self, seen: Job | RekmediaError) -> None:
        """Take one look into account."""
        if isinstance(seen, RekmediaError):
            if seen.retryable:
                self._log.warning("Could not look at the job, will look again: %s", seen)
        elif seen.status != self._status:
            self._status = seen.status
            self._log.info("Job %s is %s", seen.job_id, seen.status)
