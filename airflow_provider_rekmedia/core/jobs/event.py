"""The payload of a TriggerEvent: how a wait ended, as versioned JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, assert_never

from airflow_provider_rekmedia.core.errors import RekmediaError, UnknownEvent, error_class
from airflow_provider_rekmedia.core.job_failure import JobFailure

from .job import decode_job, encode_job
from .polling import Ended, Ending, Failed

__all__ = ["Retry", "decode_ending", "decode_retry", "encode_ending", "encode_retry"]

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Retry:
    """
    A task submits again, after a refusal.

    :param deadline_at: When the whole wait ends, aware.
    :param waiting_since: When the wait for a job slot began, aware; ``None`` if the task waited for no slot.
    """

    deadline_at: datetime
    waiting_since: datetime | None


def encode_ending(ending: Ending) -> dict[str, Any]:
    """Encode the payload of a TriggerEvent: only JSON scalars, lists and dicts."""
    match ending:
        case Ended(job):
            failure = job.failure and {"code": job.failure.code, "message": job.failure.message}
            return {"version": _VERSION, "ending": "ended", "job": encode_job(job), "failure": failure}
        case Failed(error):
            fields = {name: _plain(value) for name, value in error.fields.items()}
            return {"version": _VERSION, "ending": "failed", "error": type(error).__name__, "fields": fields}
        case _:
            assert_never(ending)


def decode_ending(event: Mapping[str, Any] | None) -> Ending:
    """
    Decode a payload of :func:`encode_ending`.

    :param event: The payload; ``None`` if Airflow resumed the task without one.
    :raises UnknownEvent: The payload is missing, has another version, or is malformed.
    """
    event = _check_version(event)
    try:
        if event["ending"] == "ended":
            failure = event["failure"]
            job = decode_job(event["job"])
            return Ended(job.with_failure(JobFailure(**failure)) if failure else job)
        if event["ending"] == "failed" and (kind := error_class(event["error"])):
            return Failed(kind(**event["fields"]))
    except (AttributeError, KeyError, TypeError, RekmediaError) as problem:
        raise UnknownEvent(problem=f"{problem!r} in {event!r}") from problem
    raise UnknownEvent(problem=f"it is neither an ended nor a failed wait: {event!r}")


def encode_retry(deadline_at: datetime, waiting_since: datetime | None = None) -> dict[str, Any]:
    """Encode the payload that resumes a task to submit again; see :class:`Retry`."""
    waiting = {} if waiting_since is None else {"waiting_since": waiting_since.isoformat()}
    return {"version": _VERSION, "deadline": deadline_at.isoformat()} | waiting


def decode_retry(event: Mapping[str, Any] | None) -> Retry:
    """
    Decode a payload of :func:`encode_retry`.

    :raises UnknownEvent: The payload is missing, has another version, or has no deadline.
    """
    event = _check_version(event)
    try:
        since = event.get("waiting_since")
        return Retry(
            deadline_at=datetime.fromisoformat(event["deadline"]),
            waiting_since=None if since is None else datetime.fromisoformat(since),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise UnknownEvent(problem=f"{problem!r} in {event!r}") from problem


def _check_version(event: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if not isinstance(event, Mapping) or event.get("version") != _VERSION:
        raise UnknownEvent(problem=f"it is {event!r}, but version {_VERSION} was expected")
    return event


def _plain(value: object) -> str | int | float | None:
    return value if isinstance(value, str | int | float | None) else str(value)
