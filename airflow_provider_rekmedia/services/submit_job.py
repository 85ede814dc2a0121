"""Submits a bulk job: one for each task instance, even if a worker dies at any instruction."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.jobs.submission_records import SubmissionRecordStore
from airflow_provider_rekmedia.core.errors import AccessDenied, ServiceError, Unavailable
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, fingerprint, request_token
from airflow_provider_rekmedia.core.jobs.job import Job, JobStatus
from airflow_provider_rekmedia.core.jobs.request import (
    MediaAnalysisRequest,
    encode_request,
    is_job_of_request,
)
from airflow_provider_rekmedia.core.jobs.submission_decision import (
    Attach,
    ExistingJob,
    Start,
    SubmissionRequest,
    next_submission,
)
from airflow_provider_rekmedia.core.jobs.submission_record import SubmissionRecord
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .jobs.request_checks import check_request

__all__ = ["Submitted", "bulk_record_uri", "submit_job", "submit_or_attach"]

_LOG = logging.getLogger(__name__)

#: How far the clock of this machine may be ahead of the clock of AWS when a job is found by its time.
_CLOCK_SKEW: Final = timedelta(minutes=5)
#: How often to decide again because another attempt wrote the record. Each time, that attempt got further.
_MAX_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True)
class Submitted:
    """
    The job of a task instance.

    :param is_new: Whether this call started the job; ``False`` if an earlier try started it.
    """

    job_id: str
    is_new: bool


def submit_job(
    request: MediaAnalysisRequest,
    identity: TaskIdentity,
    *,
    clears: int,
    clients: AwsClients,
    existing_job: ExistingJob = ExistingJob.REATTACH,
    client_request_token: str | None = None,
) -> Submitted:
    """
    Start a bulk job for a task instance, or attach to the job that it has.

    The request is checked before anything is sent. It is safe to call this again after any error and any
    crash: the task instance still has one job.

    :param clears: How often a user cleared the task; with ``existing_job`` ``restart``, a clear starts a new
        job after a finished one.
    :param client_request_token: The user's own token; ``None`` derives one.
    :raises InvalidInput: The request, or its manifest, cannot be submitted.
    :raises RequestChanged: The task instance has a job for another request.
    :raises ServiceError: AWS refused; if it is ``retryable``, call again later.
    :raises UnreadableRecord: The record of an earlier try is damaged; nothing was started.
    """
    members = encode_request(request)
    token = {"ClientRequestToken": client_request_token} if client_request_token else {}
    clients.jobs.check(members | token)
    content_id = check_request(request, clients)
    submission = SubmissionRequest(
        identity=identity,
        fingerprint=fingerprint(members, content=content_id, route=clients.route),
        request=members,
        clears=clears,
        existing_job=existing_job,
    )
    uri = bulk_record_uri(request.output, identity)
    records = SubmissionRecordStore(clients.objects, uri)
    return submit_or_attach(submission, jobs=clients.jobs, records=records, own_token=client_request_token)


def bulk_record_uri(output: S3Uri, identity: TaskIdentity) -> S3Uri:
    """Return where the submission record of a task instance is, below its output prefix."""
    return output.join(f"_rekmedia/submissions/{identity.digest}.json")


def submit_or_attach(
    submission: SubmissionRequest,
    *,
    jobs: MediaAnalysisJobs,
    records: SubmissionRecordStore,
    own_token: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Submitted:
    """
    Start the job unless the record names one. The record is written before and after the paid call.

    :param own_token: The user's own token; ``None`` derives one.
    :raises RequestChanged: The task instance has a job for another request.
    :raises ServiceError: AWS refused; if it is ``retryable``, call again later.
    :raises UnreadableRecord: The record is damaged; nothing was started.
    """
    for _ in range(_MAX_ROUNDS):
        submitted = _submit_once(submission, jobs, records, own_token=own_token, now=clock())
        if submitted is not None:
            return submitted
        _LOG.info("Another attempt of this task wrote %s. Reading it again", records.uri)
    raise Unavailable(
        operation="PutObject",
        target=str(records.uri),
        code="ConditionalRequestConflict",
        message="other attempts of this task write the submission record again and again",
    )


def _submit_once(
    submission: SubmissionRequest,
    jobs: MediaAnalysisJobs,
    records: SubmissionRecordStore,
    *,
    own_token: str | None,
    now: datetime,
) -> Submitted | None:
    """Start or attach; ``None`` if another attempt wrote the record in between."""
    record = records.read()
    known_job = jobs.fetch(record.job_id) if record and record.job_id else None
    decision = next_submission(submission, record, known_job)
    if isinstance(decision, Attach):
        return Submitted(decision.job.job_id, is_new=False)
    intent = SubmissionRecord(
        fingerprint=submission.fingerprint,
        request=submission.request,
        clears=submission.clears,
        generation=decision.generation,
        token=own_token or request_token(submission.identity, submission.fingerprint, decision.generation),
        written_at=record.written_at if record and decision.may_exist else now,
        replaces=(record.job_id or record.replaces) if record else None,
        attempt=uuid.uuid4().hex,
    )
    if not records.write(intent):
        return None
    orphan = _find_orphan(jobs, intent) if decision.may_exist else None
    job_id = orphan.job_id if orphan else _start(jobs, records, intent, before=record, decision=decision)
    return Submitted(job_id, is_new=orphan is None) if _record_job(records, intent, job_id) else None


def _start(
    jobs: MediaAnalysisJobs,
    records: SubmissionRecordStore,
    intent: SubmissionRecord,
    *,
    before: SubmissionRecord | None,
    decision: Start,
) -> str:
    try:
        return jobs.start(intent.request, intent.token)
    except Unavailable:
        raise  # the response is lost, so the job may exist: keep the record of the intent
    except ServiceError:
        # If an earlier try may have made the same call, the intent stays. If another attempt has read the
        # intent and makes the call now, it wrote the record, and this write replaces nothing.
        if not decision.may_exist:
            records.write(before or msgspec.structs.replace(intent, is_withdrawn=True))
        raise


def _record_job(records: SubmissionRecordStore, intent: SubmissionRecord, job_id: str) -> bool:
    """Write the job id, also into the intent of another attempt; return whether the record has it."""
    record: SubmissionRecord | None = intent
    for _ in range(_MAX_ROUNDS):
        if records.write(msgspec.structs.replace(record or intent, job_id=job_id, is_withdrawn=False)):
            return True
        record = records.read()
        if record is not None and (record.job_id or record.token != intent.token):
            break
    recorded = record and record.job_id
    if recorded != job_id:
        _LOG.warning(
            "The record has job %s of another attempt of this task, and not job %s", recorded, job_id
        )
    return recorded == job_id


def _find_orphan(jobs: MediaAnalysisJobs, intent: SubmissionRecord) -> Job | None:
    """Find the job of a call whose response was never recorded, in case AWS forgot the token."""
    # The token alone may not find the job (unknown: repeated-token, token-lifetime).
    earliest = intent.written_at - _CLOCK_SKEW
    try:
        for job, description in jobs.iter_newest_first():
            if job.job_id == intent.replaces or (job.created_at and job.created_at < earliest):
                return None  # the list is newest first: the remaining jobs are older than the call
            if job.status is not JobStatus.FAILED and is_job_of_request(description, intent.request):
                return job
    # A closed account may be denied this call, too (unknown: closed-operations).
    except AccessDenied as error:
        _LOG.warning("Relying on the request token alone to find the job of an earlier try: %s", error)
    return None
