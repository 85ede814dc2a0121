"""
What a test asks of an emulator beside AWS's own operations.

The same actions are HTTP paths of the server (``/_rekmedia/…``) and methods of a handle.
"""

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from .configuration import InvalidSettings, change_settings
from .errors import ServiceError
from .faults import InvalidFault, parse_faults
from .job import Failure
from .moto_rekognition import current_world, reset_everything
from .start import plan_failure

__all__ = ["ACTIONS", "BadRequest", "perform"]


class BadRequest(ValueError):
    """The action was asked for in a way that it cannot be done; the text is for a person."""


def _usage(_: Any) -> dict[str, Any]:
    world = current_world()
    world.settle_due()
    with world.lock:
        return world.usage.describe()


def _jobs(_: Any) -> list[dict[str, Any]]:
    return current_world().describe_jobs()


def _reset(_: Any) -> dict[str, Any]:
    reset_everything()
    return {}


def _faults(content: Any) -> dict[str, Any]:
    faults = parse_faults(content)
    world = current_world()
    with world.lock:
        later = [fault for fault in faults if fault.job_id is None]
        for fault in faults:
            if fault.job_id is not None:
                _fail_job(fault.job_id, plan_failure(fault.code, fault.message))
        world.faults.arm(later)
    return {"faults": len(faults)}


def _clear_faults(_: Any) -> dict[str, Any]:
    world = current_world()
    with world.lock:
        world.faults.clear()
    return {}


def _fail_job(job_id: str, failure: Failure) -> None:
    for job in current_world().jobs.everywhere():
        if job.job_id == job_id and job.outcome is None:
            job.planned_failure = failure
            return
    msg = f"there is no unfinished job {job_id!r}"
    raise BadRequest(msg)


def _advance(content: Any) -> dict[str, Any]:
    asked = {} if content is None else content
    if not isinstance(asked, Mapping) or set(asked) - {"job_id", "to_end"}:
        msg = "advance takes an object with job_id (or all jobs), and to_end (or one state)"
        raise BadRequest(msg)
    moved = current_world().advance(asked.get("job_id"), to_end=bool(asked.get("to_end")))
    if not moved and asked.get("job_id") is not None:
        msg = f"there is no job {asked['job_id']!r}"
        raise BadRequest(msg)
    return {"jobs": moved}


def _configure(content: Any) -> dict[str, Any]:
    if not isinstance(content, Mapping):
        msg = "settings are an object of names and values"
        raise BadRequest(msg)
    world = current_world()
    with world.lock:
        world.settings = change_settings(world.settings, content)
    return {"settings": sorted(content)}


def _settings(_: Any) -> dict[str, Any]:
    settings = dataclasses.asdict(current_world().settings)
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in settings.items()}


ACTIONS: Final[Mapping[tuple[str, str], Callable[[Any], Any]]] = MappingProxyType(
    {
        ("GET", "usage"): _usage,
        ("GET", "jobs"): _jobs,
        ("GET", "settings"): _settings,
        ("POST", "settings"): _configure,
        ("POST", "faults"): _faults,
        ("DELETE", "faults"): _clear_faults,
        ("POST", "advance"): _advance,
        ("POST", "reset"): _reset,
    }
)


def perform(method: str, action: str, *, content: Any) -> Any:
    """
    Do one action.

    :param method: of HTTP.
    :param action: the path behind ``/_rekmedia/``.
    :param content: plain data; ``None`` when there is none.
    :return: plain data.
    :raises BadRequest: there is no such action, or its content makes no sense.
    """
    handler = ACTIONS.get((method, action))
    if handler is None:
        known = ", ".join(f"{verb} {path}" for verb, path in ACTIONS)
        msg = f"there is no {method} {action!r}; there are {known}"
        raise BadRequest(msg)
    try:
        return handler(content)
    except (InvalidFault, InvalidSettings, ServiceError) as error:
        raise BadRequest(str(error)) from error
