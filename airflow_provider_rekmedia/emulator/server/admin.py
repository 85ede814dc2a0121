"""
The admin actions, with which a test controls an emulator.

Each action is an HTTP path of the server (``/_rekmedia/…``) and a method of a handle.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

import msgspec

from airflow_provider_rekmedia.emulator.faults.fault import InvalidFault, parse_faults
from airflow_provider_rekmedia.emulator.jobs.job import Failure
from airflow_provider_rekmedia.emulator.service.job_start import make_failure
from airflow_provider_rekmedia.emulator.service.moto_rekognition import current_state, reset_all
from airflow_provider_rekmedia.emulator.settings.changes import InvalidSettings, change_settings

__all__ = ["ACTIONS", "BadRequest", "perform"]


class BadRequest(ValueError):
    """The action does not exist or its content is not valid."""


class _Advance(msgspec.Struct, forbid_unknown_fields=True):
    job_id: str | None = None
    to_end: bool = False


class _MoveClock(msgspec.Struct, forbid_unknown_fields=True):
    forward_s: Annotated[float, msgspec.Meta(ge=0)]


def _usage(_: Any) -> dict[str, Any]:
    state = current_state()
    state.finish_due_jobs()
    with state.lock:
        return state.usage.describe()


def _jobs(_: Any) -> list[dict[str, Any]]:
    return current_state().describe_jobs()


def _reset(_: Any) -> dict[str, Any]:
    reset_all()
    return {}


def _add_faults(content: Any) -> dict[str, Any]:
    faults = parse_faults(content)
    state = current_state()
    with state.lock:
        for fault in faults:
            if fault.job_id is not None:
                _fail_job(fault.job_id, make_failure(fault.code, fault.message))
        state.faults.add(fault for fault in faults if fault.job_id is None)
    return {"faults": len(faults)}


def _clear_faults(_: Any) -> dict[str, Any]:
    state = current_state()
    with state.lock:
        state.faults.clear()
    return {}


def _fail_job(job_id: str, failure: Failure) -> None:
    for job in current_state().jobs.list_all():
        if job.job_id == job_id and job.outcome is None:
            job.planned_failure = failure
            return
    msg = f"there is no unfinished job {job_id!r}"
    raise BadRequest(msg)


def _advance(content: Any) -> dict[str, Any]:
    request = msgspec.convert({} if content is None else content, _Advance)
    count = current_state().advance(request.job_id, to_end=request.to_end)
    if not count and request.job_id is not None:
        msg = f"there is no job {request.job_id!r}"
        raise BadRequest(msg)
    return {"jobs": count}


def _move_clock(content: Any) -> dict[str, Any]:
    request = msgspec.convert(content, _MoveClock)
    state = current_state()
    with state.lock:
        state.clock_offset_s += request.forward_s
    return {"offset_s": state.clock_offset_s}


def _change_settings(content: Any) -> dict[str, Any]:
    changes = msgspec.convert(content, dict[str, Any])
    state = current_state()
    with state.lock:
        state.settings = change_settings(state.settings, changes)
    return {"settings": sorted(changes)}


def _settings(_: Any) -> dict[str, Any]:
    settings: dict[str, Any] = msgspec.to_builtins(current_state().settings)
    return settings


ACTIONS: Final[Mapping[tuple[str, str], Callable[[Any], Any]]] = MappingProxyType(
    {
        ("GET", "usage"): _usage,
        ("GET", "jobs"): _jobs,
        ("GET", "settings"): _settings,
        ("POST", "settings"): _change_settings,
        ("POST", "faults"): _add_faults,
        ("DELETE", "faults"): _clear_faults,
        ("POST", "advance"): _advance,
        ("POST", "clock"): _move_clock,
        ("POST", "reset"): _reset,
    }
)


def perform(method: str, action: str, *, content: Any) -> Any:
    """
    Perform one action.

    :param method: HTTP method.
    :param action: the path after ``/_rekmedia/``.
    :param content: plain data; ``None`` means no body.
    :return: plain data.
    :raises BadRequest: the action does not exist or its content is not valid.
    """
    handler = ACTIONS.get((method, action))
    if handler is None:
        known = ", ".join(f"{verb} {path}" for verb, path in ACTIONS)
        msg = f"there is no action {method} {action!r}; the actions are {known}"
        raise BadRequest(msg)
    try:
        return handler(content)
    except msgspec.ValidationError as error:
        msg = f"{action}: {error}"
        raise BadRequest(msg) from error
    except (InvalidFault, InvalidSettings) as error:
        raise BadRequest(str(error)) from error
