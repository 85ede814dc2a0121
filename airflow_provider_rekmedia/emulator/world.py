"""Everything that one emulator knows: settings, jobs, faults, counters."""

import logging
import threading
import time
from typing import Any

from .analysis import Analyst, JobFailed
from .fault_board import FaultBoard
from .images import ImageChecks
from .job import Failure, FailureCode, Job, Outcome
from .job_book import JobBook
from .moderation import Moderator
from .rates import RateLimits
from .settings import Settings
from .storage import Storage
from .usage import Usage
from .wire import Place

__all__ = ["World"]

_log = logging.getLogger(__name__)


class World:
    """
    One service, for all accounts and regions.

    ``lock`` guards everything but the work of a job, which is done under that job's own lock: a job of ten
    thousand images holds up those who ask for it, and nobody else.
    """

    def __init__(self, settings: Settings, storage: Storage) -> None:
        self.settings = settings
        self.storage = storage
        self.lock = threading.RLock()
        self.jobs = JobBook()
        self.faults = FaultBoard()
        self.rates = RateLimits()
        self.usage = Usage()
        self.checks = ImageChecks()

    def now(self) -> float:
        """Tell the time, s since the epoch; looked up at every call, for tests that freeze it."""
        return time.time()

    def moderator(self) -> Moderator:
        """Take what looks at images."""
        return Moderator(self.storage, self.checks, self.settings)

    def count_active(self, place: Place) -> int:
        """Count the jobs that are at work now, whether or not anybody looked at them since."""
        now, queued_count = self.now(), self.settings.queued_jobs_count
        jobs = self.jobs.newest_first(place, now=now)
        return sum(job.is_active(now, queued_count=queued_count) for job in jobs)

    def settle(self, job: Job) -> None:
        """Do the work of a job that has reached its end; others who ask wait for it."""
        with job.settling:
            now = self.now()
            if job.outcome is None and job.stage(now) is None:
                job.outcome = self._work(job, ended_at=job.ended_at(now))
                with self.lock:
                    self.usage.images_billed += job.outcome.images_billed

    def settle_due(self) -> None:
        """Do the work of all jobs that are at their end: their files are there, their images billed."""
        with self.lock:
            unsettled = [job for job in self.jobs.everywhere() if job.outcome is None]
        for job in unsettled:
            self.settle(job)

    def advance(self, job_id: str | None = None, *, to_end: bool = False) -> int:
        """
        Move jobs on by hand, to their next state or to their end.

        :param job_id: one job; ``None`` is all.
        :return: how many jobs there were to move.
        """
        with self.lock:
            jobs = [job for job in self.jobs.everywhere() if job_id in {None, job.job_id}]
            for job in jobs:
                job.skip(self.now(), to_end=to_end)
        self.settle_due()
        return len(jobs)

    def describe_jobs(self) -> list[dict[str, Any]]:
        """Describe all jobs, oldest first, with where they live."""
        self.settle_due()
        with self.lock:
            now = self.now()
            return [
                {"Account": job.place.account, "Region": job.place.region, **job.describe(now)}
                for job in self.jobs.everywhere()
            ]

    def _work(self, job: Job, *, ended_at: float) -> Outcome:
        if job.planned_failure is not None:
            return Outcome(completed_at=ended_at, failure=job.planned_failure)
        try:
            return Analyst(self.moderator()).run(job, ended_at=ended_at)
        except JobFailed as error:
            return Outcome(completed_at=ended_at, failure=error.failure)
        except Exception:  # noqa: BLE001 - a bug here must end the job, not hang it
            _log.exception("The emulator has a bug: job %s", job.job_id)
            return Outcome(
                completed_at=ended_at, failure=Failure(FailureCode.INTERNAL_ERROR, "Internal server error")
            )
