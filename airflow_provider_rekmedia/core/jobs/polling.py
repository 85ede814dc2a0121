"""The only place where a wait is decided; blocking and asynchronous drivers obey it alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from airflow_provider_rekmedia.core.errors import RekmediaError, ServiceError, WaitTimedOut

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

#: Sleeps vary by this share to either side, so that tasks which started together do not poll together.
_JITTER: Final = 0.1

#: For fewer due jobs, one GetMediaAnalysisJob call per job costs next to nothing, so the list is not read.
_LIST_FROM_JOBS: Final = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How often to look, and until when.

    :param interval_s: Seconds between two looks, before jitter; > 0.
    :param deadline_at: When the wait ends whatever happens, aware UTC. Absolute, so that it does not move
        when another process takes the wait over.
    """

    interval_s: float
    deadline_at: datetime


@dataclass(frozen=True, slots=True)
class Sleep:
    """Look again after so many seconds; > 0."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The job is final; whether well or badly, its status says."""

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
    """The wait is over without a final job: the deadline passed, or looking is hopeless."""

    error: RekmediaError

    def outcome(self) -> Job:
        """Raise the error; there is no job to give."""
        raise self.error


Ending = Ended | Failed
Step = Sleep | Ended | Failed


def next_step(job_id: str, seen: Job | RekmediaError, pace: Pace, *, now: datetime, jitter: float) -> Step:
    """
    Decide what a waiter does after one look.

    A look that was throttled, or met a fault, says nothing about the job: it is not an error until the
    deadline. A look that was refused (access denied, no such job) will be refused again, and ends the wait
    at once.

    :param job_id: The awaited job.
    :param seen: What the look brought: the job, or the error that it met.
    :param now: Aware UTC.
    :param jitter: In [0, 1); where in its range the next sleep falls.
    """
    if isinstance(seen, Job) and seen.status.is_final:
        return Ended(seen)
    if isinstance(seen, RekmediaError) and not seen.retryable:
        return Failed(seen)
    left_s = (pace.deadline_at - now).total_seconds()
    if left_s <= 0:
        status = seen.status if isinstance(seen, Job) else f"unknown ({seen})"
        return Failed(
            WaitTimedOut(job_id=job_id, status=str(status), deadline_at=pace.deadline_at.isoformat())
        )
    return Sleep(min(left_s, pace.interval_s * (1 - _JITTER + 2 * _JITTER * jitter)))


def next_attempt(refusal: ServiceError, pace: Pace, *, now: datetime, jitter: float) -> Sleep | Failed:
    """
    Decide what a submitter does after AWS refused to start a job.

    Throttled, out of job slots, or a fault of the service: try again until the deadline. Sleeps differ by up
    to half the interval to either side, so that the tasks which wait for one slot do not all ask in the same
    second.

    :param now: Aware UTC.
    :param jitter: In [0, 1); where in its range the next sleep falls.
    """
    left_s = (pace.deadline_at - now).total_seconds()
    if not refusal.retryable or left_s <= 0:
        return Failed(refusal)
    return Sleep(min(left_s, pace.interval_s * (0.5 + jitter)))


def should_list_next_page(*, due: int, found: int, pages: int) -> bool:
    """
    Decide whether to read the list's next page, newest first, or to ask for the remaining jobs one by one.

    The list is read on while every page has paid for itself, by a job found that need not be asked for. So a
    round of looks never costs more than one call per job, but for one page that was tried in vain.

    :param due: Jobs to look at in this round.
    :param found: Those that the pages read so far have shown.
    :param pages: Pages read so far.
    """
    return due - found > 0 and due >= _LIST_FROM_JOBS and (pages == 0 or pages < found)
