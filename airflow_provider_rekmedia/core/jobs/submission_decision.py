"""
Decides if a task starts a job, or attaches to the job that it has. This is how a task never pays twice.

A record is written before the paid call, without the job id, and again after it, with the job id. So if a
worker dies at any point, the next try knows what may have been paid for. An attempt calls only under a record
that it wrote itself, and replaces only the record that it read: two attempts at once end with one job.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from airflow_provider_rekmedia.core.errors import RequestChanged

from .identity import TaskIdentity
from .job import Job, JobStatus
from .submission_record import SubmissionRecord

__all__ = ["Attach", "ExistingJob", "Start", "SubmissionRequest", "next_submission"]


class ExistingJob(StrEnum):
    """What a cleared task does with the job that it has."""

    REATTACH = "reattach"
    RESTART = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRequest:
    """
    The request of this try of the task.

    :param fingerprint: The :func:`identity.fingerprint` of the request.
    :param request: The members of the request, so an error can say what changed.
    :param clears: How often a user cleared the task, as far as Airflow knows. Only equality is used.
    """

    identity: TaskIdentity
    fingerprint: str
    request: dict[str, Any]
    clears: int
    existing_job: ExistingJob


@dataclass(frozen=True, slots=True)
class Start:
    """
    Call StartMediaAnalysisJob.

    :param may_exist: Whether an earlier try may have made the same call. Then the token makes AWS return its
        job. If AWS has forgotten the token, the list of jobs has the job.
    """

    generation: int
    may_exist: bool = False


@dataclass(frozen=True, slots=True)
class Attach:
    """Start no job: the task has this one."""

    job: Job


def next_submission(
    request: SubmissionRequest, record: SubmissionRecord | None, job: Job | None
) -> Start | Attach:
    """
    Decide what this try does.

    :param record: The record of an earlier try; ``None`` only if it is known that there is no record.
    :param job: The job of the record, as the service describes it now; ``None`` if the record has no job id.
    :raises RequestChanged: The task has a job for another request, and must not start a second one.
    """
    if record is None or record.is_withdrawn:
        return Start(generation=record.generation if record else 0)
    # The token depends on the generation, so a FAILED job's token is not used again (unknown:
    # failed-job-token).
    start_next = Start(generation=record.generation + 1)
    is_restart = request.existing_job is ExistingJob.RESTART
    has_failed = job is not None and job.status is JobStatus.FAILED
    if record.fingerprint != request.fingerprint and not has_failed:
        if is_restart:
            return start_next
        raise _request_changed(request, record)
    if job is None:
        return Start(generation=record.generation, may_exist=True)
    match job.status:
        case JobStatus.FAILED:
            return start_next
        case JobStatus.SUCCEEDED:
            is_cleared = request.clears != record.clears
            return start_next if is_restart and is_cleared else Attach(job)
        case JobStatus.CREATED | JobStatus.QUEUED | JobStatus.IN_PROGRESS:
            return Attach(job)
        case _:
            assert_never(job.status)


def _request_changed(request: SubmissionRequest, record: SubmissionRecord) -> RequestChanged:
    before, now = record.request, request.request
    names = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    changed = ", ".join(names) or "the manifest's content, the connection or the region"
    return RequestChanged(job_id=record.job_id or "(id not recorded)", changed=changed)
