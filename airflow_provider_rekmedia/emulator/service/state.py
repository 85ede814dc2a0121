"""The state of one emulator: settings, clock, jobs, faults and counters."""

import logging
import threading
import time
from typing import Any

from airflow_provider_rekmedia.emulator.faults.active_faults import ActiveFaults
from airflow_provider_rekmedia.emulator.images.image_checks import ImageChecks
from airflow_provider_rekmedia.emulator.images.moderation import ImageModerator
from airflow_provider_rekmedia.emulator.jobs.analysis import JobAnalysis, JobFailed
from airflow_provider_rekmedia.emulator.jobs.job import Failure, FailureCode, Job, Outcome
from airflow_provider_rekmedia.emulator.jobs.job_store import JobStore
from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion
from airflow_provider_rekmedia.emulator.settings.settings import Settings
from airflow_provider_rekmedia.emulator.storage.object_storage import Storage
from airflow_provider_rekmedia.emulator.storage.restricted_storage import RestrictedStorage

from .rate_limits import RateLimits
from .usage import Usage

__all__ = ["EmulatorState"]

_log = logging.getLogger(__name__)


class EmulatorState:
    """
    The state for all accounts and regions.

    ``lock`` protects everything except the work of a job, which runs under the job's own lock. A large job
    therefore blocks only callers that need its outcome.

    :param storage: S3 without restrictions.
    """

    def __init__(self, settings: Settings, storage: Storage) -> None:
        self.settings = settings
        self.lock = threading.RLock()
        self.clock_offset_s = 0.0
        self.jobs = JobStore()
        self.faults = ActiveFaults()
        self.rates = RateLimits()
        self.usage = Usage()
        self._storage = storage
        self._checks = ImageChecks()

    def now(self) -> float:
        """Return the emulator's time, in seconds since the epoch."""
        return time.time() + self.clock_offset_s

    @property
    def storage(self) -> Storage:
        """S3 with the caller's permissions."""
        return RestrictedStorage(self._storage, self.settings.denied_access)

    def moderator(self) -> ImageModerator:
        """Make a moderator with the current settings."""
        return ImageModerator(self.storage, self._checks, self.settings)

    def count_active(self, account_region: AccountRegion) -> int:
        """Count the jobs that are active now."""
        now, queued_count = self.now(), self.settings.queued_jobs_count
        jobs = self.jobs.list_newest_first(account_region, now=now)
        return sum(job.is_active(now, queued_count=queued_count) for job in jobs)

    def finish_if_due(self, job: Job) -> None:
        """Execute a job that has reached its end; concurrent callers wait for it."""
        with job.finish_lock:
            now = self.now()
            if job.outcome is None and job.stage(now) is None:
                job.outcome = self._execute(job, ended_at=job.ended_at(now))
                with self.lock:
                    self.usage.images_billed += job.outcome.images_billed

    def finish_due_jobs(self) -> None:
        """Execute all jobs that have reached their end: write their files, count their images."""
        with self.lock:
            unfinished = [job for job in self.jobs.list_all() if job.outcome is None]
        for job in unfinished:
            self.finish_if_due(job)

    def advance(self, job_id: str | None = None, *, to_end: bool = False) -> int:
        """
        Move jobs to their next state or to their end.

        :param job_id: ``None`` means all jobs.
        :return: the number of jobs found.
        """
        with self.lock:
            jobs = [job for job in self.jobs.list_all() if job_id in {None, job.job_id}]
            for job in jobs:
                job.advance(self.now(), to_end=to_end)
        self.finish_due_jobs()
        return len(jobs)

    def describe_jobs(self) -> list[dict[str, Any]]:
        """Describe all jobs, oldest first, with account and region."""
        self.finish_due_jobs()
        with self.lock:
            now = self.now()
            return [
                {
                    "Account": job.account_region.account,
                    "Region": job.account_region.region,
                    **job.describe(now),
                }
                for job in self.jobs.list_all()
            ]

    def _execute(self, job: Job, *, ended_at: float) -> Outcome:
        if job.planned_failure is not None:
            return Outcome(completed_at=ended_at, failure=job.planned_failure)
        try:
            return JobAnalysis(self.moderator()).run(job, ended_at=ended_at)
        except JobFailed as error:
            return Outcome(completed_at=ended_at, failure=error.failure)
        except Exception:  # noqa: BLE001 - a bug must end the job, or clients wait forever
            _log.exception("The emulator has a bug: job %s", job.job_id)
            return Outcome(
                completed_at=ended_at, failure=Failure(FailureCode.INTERNAL_ERROR, "Internal server error")
            )
