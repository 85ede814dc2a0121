"""Decides what a waiting task does next. Blocking and asynchronous callers use the same functions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from airflow_provider_rekmedia.core.errors import (
    HostNotFound,
    NoCredentials,
    RekmediaError,
    ServiceError,
    WaitTimedOut,
)

from .job import Job

__all__ = [
    "Ended",
    "Ending",
    "Failed",
    "Pace",
    "Sleep",
    "Step",
    "next_attempt",
    "next_step",
    "should_list_next_page",
]

#: Sleeps vary by up to this share in both directions, so tasks that started together do not poll together.
_JITTER: Final = 0.1

#: For fewer due jobs, one GetMediaAnalysisJob call per job costs next to nothing, so the list is not read.
_LIST_FROM_JOBS: Final = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How often to poll, and until when.

    :param interval_s: Seconds between two polls, before jitter; > 0.
    :param deadline_at: When the wait ends at the latest, aware UTC (unknown: job-duration). It is absolute,
        so it does not move when another process continues the wait.
    """

    interval_s: float
    deadline_at: datetime


@dataclass(frozen=True, slots=True)
class Sleep:
    """Poll again after *seconds*; > 0."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The job is final. Its status says if it succeeded."""

    job: Job

    def outcome(self) -> Job:
        """
        Return the job that SUCCEEDED.

        :raises JobFailed: The job ended FAILED.
        :raises FilesMissing: The job is not final.
        """
        return self.job.require_success()


@dataclass(frozen=True, slots=True)
class Failed:
    """The wait ended without a final job: the deadline passed, or AWS refused the poll."""

    error: RekmediaError

    def outcome(self) -> Job:
        """Raise the error."""
        raise self.error


Ending = Ended | Failed
Step = Sleep | Ended | Failed


def next_step(job_id: str, polled: Job | RekmediaError, pace: Pace, *, now: datetime, jitter: float) -> Step:
    """
    Decide what to do after one poll.

    A poll that was throttled, met a fault or had no credentials says nothing about the job: the wait
    continues until the deadline. A refused poll (access denied, no such job, no such host) would be refused
    again, so the wait ends at once.

    :param job_id: The awaited job.
    :param polled: The job, or the error of the poll.
    :param now: Aware UTC.
    :param jitter: In [0, 1): the position of the next sleep in its range.
    """
    if isinstance(polled, Job) and polled.status.is_final:
        return Ended(polled)
    if isinstance(polled, RekmediaError) and (not polled.retryable or isinstance(polled, HostNotFound)):
        return Failed(polled)
    left_s = (pace.deadline_at - now).total_seconds()
    if left_s <= 0:
        status = polled.status if isinstance(polled, Job) else f"unknown ({polled})"
        return Failed(
            WaitTimedOut(job_id=job_id, status=str(status), deadline_at=pace.deadline_at.isoformat())
        )
    return Sleep(min(left_s, pace.interval_s * (1 - _JITTER + 2 * _JITTER * jitter)))


def next_attempt(
    refusal: ServiceError, pace: Pace, *, now: datetime, jitter: float, has_waited: bool = False
) -> Sleep | Failed:
    """
    Decide what to do after AWS refused to start a job.

    If AWS throttled the call, has no free job slot or had a fault, retry until the deadline. Sleeps vary by
    up to half the interval, so tasks that wait for the same slot do not call in the same second.

    If the host does not exist, or the first call has no credentials, fail at once, and Airflow retries the
    task. A wait that has begun continues without credentials.

    :param now: Aware UTC.
    :param jitter: In [0, 1): the position of the next sleep in its range.
    :param has_waited: Whether an earlier call of this wait was refused.
    """
    left_s = (pace.deadline_at - now).total_seconds()
    is_hopeless = isinstance(refusal, HostNotFound if has_waited else (HostNotFound, NoCredentials))
    if not refusal.retryable or is_hopeless or left_s <= 0:
        return Failed(refusal)
    return Sleep(min(left_s, pace.interval_s * (0.5 + jitter)))


def should_list_next_page(*, due: int, found: int, pages: int) -> bool:
    """
    Decide how to poll many jobs: read the next page of the list, or get the remaining jobs one by one.

    The list has the newest jobs first. The next page is read as long as each page saved at least one call. So
    a round costs at most one call per job, plus one page that showed no awaited job.

    :param due: Jobs to poll in this round.
    :param found: Due jobs that the pages showed so far.
    :param pages: Pages read so far.
    """
    return due - found > 0 and due >= _LIST_FROM_JOBS and (pages == 0 or pages < found)
