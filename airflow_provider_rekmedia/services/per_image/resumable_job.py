"""Runs the per-image job of a task instance, and resumes it after an error or a crash."""

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from airflow_provider_rekmedia.adapters.per_image.job_files import PerImageJobFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import JobStopped, RekmediaError, StoppedWhileWaiting
from airflow_provider_rekmedia.core.jobs.identity import per_image_job_id
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.jobs.submission_decision import (
    Attach,
    Start,
    SubmissionRequest,
    next_submission,
)
from airflow_provider_rekmedia.core.jobs.submission_record import SubmissionRecord

from .job_lease import JobLease
from .options import PerImageOptions
from .per_image_job import PerImageJob

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

__all__ = ["run_or_resume"]

_LOG = logging.getLogger(__name__)
_TICK_S: Final = 0.2


def run_or_resume(
    submission: SubmissionRequest,
    request: MediaAnalysisRequest,
    lines: Sequence[str | None],
    *,
    client: "RekognitionClient",
    objects: S3Objects,
    options: PerImageOptions,
) -> Job:
    """
    Run the job, resume it where an earlier try stopped, or return the finished job.

    Only the attempt that holds the lease sends images. Another attempt waits until the job is finished, or
    until it holds the lease.

    :param lines: As :func:`read_manifest_lines` returns them.
    :param client: A client that does not retry.
    :raises RekmediaError: As :meth:`PerImageJob.run`; finished images are kept for the next try.
    :raises RequestChanged: The task instance has a job for another request.
    :raises UnreadableRecord: The record or the lease of an earlier try is damaged; nothing was called.
    """
    files = PerImageJobFiles(objects, request, submission.identity)
    attempt = _Attempt(submission, request, lines, client, objects, options, files)
    job = None
    while job is None:
        lease = JobLease(files.leases, options.attempt, options.lease_times)
        job = attempt.wait_for(lease)
        if job is None:
            with lease.renewed():
                job = attempt.run(lease)
    return job


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt of the task; see :func:`run_or_resume`."""

    submission: SubmissionRequest
    request: MediaAnalysisRequest
    lines: Sequence[str | None]
    client: "RekognitionClient"
    objects: S3Objects
    options: PerImageOptions
    files: PerImageJobFiles

    def wait_for(self, lease: JobLease) -> Job | None:
        """Wait for the lease; return the finished job if there is one first."""
        is_first = True
        while True:
            _, decision = self._decide()
            if isinstance(decision, Attach):
                return decision.job
            if lease.try_acquire():
                return None
            if is_first:
                _LOG.info("Another attempt of this task analyzes the images. Waiting until it ends or stops")
            is_first = False
            self._sleep(self.options.lease_times.poll_s)

    def run(self, lease: JobLease) -> Job | None:
        """Run the job; ``None`` if another attempt wants to continue it, or does."""
        before, decision = self._decide()
        if isinstance(decision, Attach):
            return decision.job
        record = _intent(self.submission, decision, before)
        if not self.files.record.write(record):
            self._sleep(self.options.lease_times.poll_s)
            return None
        try:
            return self.files.write_job(self._run_job(record, lease))
        except JobStopped:
            if lease.is_lost and not self.options.is_stopped():
                if lease.error:
                    raise lease.error from None
                return None
            self._withdraw(record, before)
            raise
        except RekmediaError:
            self._withdraw(record, before)
            raise

    def _decide(self) -> tuple[SubmissionRecord | None, Start | Attach]:
        before = self.files.record.read()
        finished = self.files.read_job(before.job_id if before else None)
        return before, next_submission(self.submission, before, finished)

    def _run_job(self, record: SubmissionRecord, lease: JobLease) -> Job:
        job = PerImageJob(
            record.token,
            self.request,
            client=self.client,
            objects=self.objects,
            folder=self.files.parts_folder(record.token),
            created_at=record.written_at,
            may_send=lease.may_send,
        )
        is_stopped = self.options.is_stopped
        return job.run(self.lines, replace(self.options, is_stopped=lambda: lease.is_lost or is_stopped()))

    def _withdraw(self, record: SubmissionRecord, before: SubmissionRecord | None) -> None:
        """Let the next try change its request, if no image is finished."""
        if not self.files.has_parts(record.token):
            self.files.record.write(before or msgspec.structs.replace(record, job_id=None, is_withdrawn=True))

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.options.is_stopped():
                raise StoppedWhileWaiting
            time.sleep(_TICK_S)


def _intent(
    submission: SubmissionRequest, decision: Start, before: SubmissionRecord | None
) -> SubmissionRecord:
    attempt = uuid.uuid4().hex
    if before and decision.may_exist:
        # This clear resumes the job: when the job is finished, a retry of the same clear does not restart it.
        return msgspec.structs.replace(before, clears=submission.clears, attempt=attempt)
    job_id = per_image_job_id(submission.identity, submission.fingerprint, decision.generation)
    return SubmissionRecord(
        fingerprint=submission.fingerprint,
        request=submission.request,
        clears=submission.clears,
        generation=decision.generation,
        token=job_id,
        written_at=datetime.now(UTC),
        replaces=before.job_id if before else None,
        job_id=job_id,
        attempt=attempt,
    )
