"""From a request to an answer, whatever happens on the way."""

import json
import logging
import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ConnectionClosedError

from .errors import Code, ServiceError
from .fault_board import Strike
from .operations import HANDLERS
from .settings import BULK_OPERATIONS
from .validation import iter_violations
from .wire import Answer, Call, Request, encode_error, encode_result
from .world import World

__all__ = ["ConnectionCut", "answer"]

_log = logging.getLogger(__name__)


class ConnectionCut(ConnectionClosedError):
    """
    There is no answer: the connection is to be closed.

    Under ``mock_aws`` this is raised inside botocore, which sees what it would have seen on the wire.
    """

    def __init__(self) -> None:
        super().__init__(endpoint_url="rekmedia emulator: connection reset on demand")


def answer(world: World, call: Call) -> Answer:
    """
    Answer one call.

    :raises ConnectionCut: a fault wants no answer.
    """
    closed = BULK_OPERATIONS if world.settings.closed_operations == "bulk" else BULK_OPERATIONS[:1]
    with world.lock:
        world.usage.calls[call.operation] += 1
        strike = world.faults.draw(call.operation, closed=closed)
        throttling_status = world.settings.throttling_status
    try:
        if strike is None:
            return encode_result(_serve(world, call))
        return _strike(world, call, strike=strike)
    except ServiceError as error:
        return encode_error(error, throttling_status=throttling_status)
    except ConnectionCut:
        raise
    except Exception:  # noqa: BLE001 - a bug here must be JSON, not the HTML of a web framework
        _log.exception("The emulator has a bug: %s", call.operation)
        return encode_error(ServiceError(Code.INTERNAL_SERVER_ERROR), throttling_status=throttling_status)


def _serve(world: World, call: Call) -> Mapping[str, Any]:
    _check_rate(world, call)
    try:
        content = json.loads(call.body or b"{}", object_pairs_hook=_without_nulls)
    except ValueError as error:
        raise ServiceError(Code.SERIALIZATION, "The request is not JSON.") from error
    _check_content(content, call.operation, constraint_error=world.settings.constraint_error)
    return HANDLERS[call.operation](world, Request(call.place, content))


def _without_nulls(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON 1.1 takes a null member for one that is not there."""
    return {name: value for name, value in pairs if value is not None}


def _strike(world: World, call: Call, *, strike: Strike) -> Answer:
    """Do what a fault says; what it says is an answer, unless it is only late."""
    fault = strike.fault
    if strike.kind == "slow":
        time.sleep(fault.seconds)
        return encode_result(_serve(world, call))
    if fault.processed:
        _serve(world, call)
    match strike.kind:
        case "connection_reset":
            raise ConnectionCut
        case "http_500":
            return Answer(fault.status or 500, "<html>Internal Server Error</html>", "text/html")
        case "throttle":
            raise ServiceError(Code.THROTTLING, fault.message, status=fault.status)
        case "closed":
            raise ServiceError(Code.ACCESS_DENIED, fault.message, status=fault.status)
        case _:
            raise ServiceError(fault.code or Code.INTERNAL_SERVER_ERROR, fault.message, status=fault.status)


def _check_rate(world: World, call: Call) -> None:
    with world.lock:
        admitted = world.rates.admits(call.place, call.operation, tps=world.settings.tps, now=world.now())
    if not admitted:
        raise ServiceError(world.settings.throttle_error)


def _check_content(content: Any, operation: str, *, constraint_error: str) -> None:
    violations = list(iter_violations(operation, content))
    if not violations:
        return
    noun = "error" if len(violations) == 1 else "errors"
    detail = f"{len(violations)} validation {noun} detected: {'; '.join(violations)}"
    # Of MaxResults alone, AWS's page says which error it is.
    documented = any("at 'maxResults'" in violation for violation in violations)
    code = Code.INVALID_PARAMETER if documented else constraint_error
    raise ServiceError(
        code, detail if code == Code.VALIDATION else f"Request has invalid parameters. {detail}"
    )
