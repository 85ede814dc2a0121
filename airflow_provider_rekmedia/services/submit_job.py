"""Carries out the decision whether to start a job: the record, the paid call between its writings."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import AccessDenied, ObjectUnreadable, ServiceError, Unavailable
from airflow_provider_rekmedia.core.jobs.identity import request_token
from airflow_provider_rekmedia.core.jobs.job import Job, JobStatus
from airflow_provider_rekmedia.core.jobs.request import is_job_of_request
from airflow_provider_rekmedia.core.jobs.submission_decision import (
    Attach,
    Start,
    SubmissionRequest,
    next_submission,
)
from airflow_provider_rekmedia.core.jobs.submission_record import (
    SubmissionRecord,
    decode_record,
    encode_record,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["SubmissionJournal", "Submitted", "submit_once"]

_LOG = logging.getLogger(__name__)

#: How far this machine's clock may be ahead of AWS's when a job is looked for by its time.
_CLOCK_SKEW: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Submitted:
    """
    A task's job.

    :param is_new: Whether this very call started it.
    """

    job_id: str
    is_new: bool


class SubmissionJournal:
    """
    The record of one task instance's submission, beside the results.

    Its key starts with an underscore below the output prefix, where Athena, Glue and Spark look past it.
    """

    def __init__(self, objects: S3Objects, asked: SubmissionRequest, output: S3Uri) -> None:
        self._objects = objects
        self._uri = output.join(f"_rekmedia/submissions/{asked.identity.digest}.json")

    def read(self) -> SubmissionRecord | None:
        """
        Read the record; ``None`` only when S3 says that there is none.

        :raises ServiceError: S3 refused; that is no answer to whether there is one.
        :raises UnreadableRecord: It is damaged.
        """
        try:
            body = self._objects.read(self._uri)
        except ObjectUnreadable as error:
            if error.code == "NoSuchKey":
                return None
            raise
        return decode_record(body, str(self._uri))

    def write(self, record: SubmissionRecord) -> None:
        """Write the record, replacing the one before."""
        self._objects.put(self._uri, encode_record(record), "application/json")

    def restore(self, record: SubmissionRecord | None) -> None:
        """Put back what was there before a call that AWS refused."""
        if record is None:
            self._objects.delete(self._uri)
        else:
            self.write(record)


def submit_once(
    asked: SubmissionRequest,
    *,
    jobs: MediaAnalysisJobs,
    journal: SubmissionJournal,
    own_token: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Submitted:
    """
    Start the asked job, unless this task instance has one.

    Safe to call again after any error and any crash: it ends with one job.

    :param own_token: The user's request token, instead of the derived one.
    :raises RequestChanged: The task has a job for another request.
    :raises ServiceError: AWS refused; where ``retryable``, calling again later goes on from here.
    :raises UnreadableRecord: The record is damaged; nothing was started.
    """
    record = journal.read()
    known = jobs.fetch(record.job_id) if record and record.job_id else None
    decision = next_submission(asked, record, known)
    if isinstance(decision, Attach):
        return Submitted(decision.job.job_id, is_new=False)
    token = own_token or request_token(asked.identity, asked.fingerprint, decision.generation)
    intent = SubmissionRecord(
        fingerprint=asked.fingerprint,
        request=asked.request,
        clears=asked.clears,
        generation=decision.generation,
        token=token,
        written_at=record.written_at if record and decision.may_exist else clock(),
        replaces=(record.job_id or record.replaces) if record else None,
    )
    orphan = _find_orphan(jobs, intent) if decision.may_exist else None
    job_id = orphan.job_id if orphan else _start(jobs, journal, intent, before=record, decision=decision)
    journal.write(msgspec.structs.replace(intent, job_id=job_id))
    return Submitted(job_id, is_new=orphan is None)


def _start(
    jobs: MediaAnalysisJobs,
    journal: SubmissionJournal,
    intent: SubmissionRecord,
    *,
    before: SubmissionRecord | None,
    decision: Start,
) -> str:
    if not decision.may_exist:
        journal.write(intent)
    try:
        return jobs.start(intent.request, intent.token)
    except Unavailable:
        raise  # no answer, or a fault: the job may exist, so the intent stays
    except ServiceError:
        if not decision.may_exist:
            journal.restore(before)
        raise


def _find_orphan(jobs: MediaAnalysisJobs, intent: SubmissionRecord) -> Job | None:
    """Look for the job of a call whose answer was never written down, in case AWS forgot the token."""
    earliest = intent.written_at - _CLOCK_SKEW
    try:
        for job, described in jobs.iter_newest_first():
            if job.job_id == intent.replaces or (job.created_at and job.created_at < earliest):
                return None  # the list is newest first: what follows is older than the call
            if job.status is not JobStatus.FAILED and is_job_of_request(described, intent.request):
                return job
    except AccessDenied as error:
        _LOG.warning("Relying on the request token alone to find the job of an earlier try: %s", error)
    return None
