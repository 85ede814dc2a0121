"""
Whether a task starts a job or attaches to the one it has: the decision behind "never pay twice".

A record is written before the paid call, with everything but the job id, and again after it, with the id. So
whatever instruction a worker dies at, the next try finds out what may have been paid for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_provider_rekmedia.core.errors import RequestChanged

from .identity import TaskIdentity
from .job import Job, JobStatus
from .submission_record import SubmissionRecord

__all__ = ["Attach", "ExistingJob", "Start", "SubmissionRequest", "next_submission"]


class ExistingJob(StrEnum):
    """What a task that was cleared by a user does with the job it has."""

    REATTACH = "reattach"
    RESTART = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRequest:
    """
    What this try of the task asks for.

    :param fingerprint: Of the request, see :func:`identity.fingerprint`.
    :param request: The request's members, so that a person (and an error) can say what changed.
    :param clears: How often a user cleared the task, as far as Airflow tells; only equality counts.
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

    :param may_exist: An earlier try may have made this very call; the token makes AWS answer with its job,
        and where the token was forgotten, the list of jobs has it.
    """

    generation: int
    may_exist: bool = False


@dataclass(frozen=True, slots=True)
class Attach:
    """Start nothing: this is the task's job."""

    job: Job


def next_submission(
    asked: SubmissionRequest, record: SubmissionRecord | None, job: Job | None
) -> Start | Attach:
    """
    Decide what a try does.

    :param record: What an earlier try wrote down; ``None`` only when it is known that there is no record.
    :param job: The record's job as the service describes it now; ``None`` when the record has no job id.
    :raises RequestChanged: The task has a job for another request, and may not start a second one.
    """
    if record is None:
        return Start(generation=0)
    restart = asked.existing_job is ExistingJob.RESTART
    following = Start(generation=record.generation + 1)
    if job is not None and job.status is JobStatus.FAILED:
        return following
    if record.fingerprint != asked.fingerprint:
        if restart:
            return following
        unseen = "the manifest's content, the connection or the region"
        changed = ", ".join(_changed(record.request, asked.request)) or unseen
        raise RequestChanged(job_id=record.job_id or "(id not recorded)", changed=changed)
    if job is None:
        return Start(generation=record.generation, may_exist=True)
    if restart and job.status.is_final and asked.clears != record.clears:
        return following
    return Attach(job)


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
