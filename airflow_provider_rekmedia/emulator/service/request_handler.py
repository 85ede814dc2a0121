"""The path of one call: faults, permissions, rate quota, validation, operation."""

import json
import logging
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from botocore.exceptions import ConnectionClosedError

from airflow_provider_rekmedia.emulator.faults.active_faults import TriggeredFault
from airflow_provider_rekmedia.emulator.protocol.errors import ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.protocol.messages import (
    Call,
    Request,
    Response,
    encode_error,
    encode_result,
)
from airflow_provider_rekmedia.emulator.protocol.operations import BULK_OPERATIONS
from airflow_provider_rekmedia.emulator.protocol.request_validation import iter_violations
from airflow_provider_rekmedia.emulator.settings.denied_access import is_denied

from .operation_handlers import HANDLERS
from .state import EmulatorState

__all__ = ["ConnectionDropped", "handle_call"]

_log = logging.getLogger(__name__)

#: Kinds of faults that always have the same error.
_ERROR_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "throttle": ErrorCode.THROTTLING,
        "closed": ErrorCode.ACCESS_DENIED,
        "expired_credentials": ErrorCode.EXPIRED_TOKEN,
        "invalid_credentials": ErrorCode.UNRECOGNIZED_CLIENT,
    }
)


class ConnectionDropped(ConnectionClosedError):
    """
    The client gets no response: the server must close the connection.

    Under ``mock_aws`` this error is raised inside botocore, as if the connection had been closed.
    """

    def __init__(self) -> None:
        super().__init__(endpoint_url="rekmedia emulator: injected connection reset")


def handle_call(state: EmulatorState, call: Call) -> Response:
    """
    Handle one call.

    :raises ConnectionDropped: a fault drops the connection.
    """
    closed = BULK_OPERATIONS if state.settings.closed_operations == "bulk" else BULK_OPERATIONS[:1]
    with state.lock:
        state.usage.calls[call.operation] += 1
        triggered = state.faults.trigger(call.operation, closed=closed)
        throttling_status = state.settings.throttling_status
    try:
        if triggered is None:
            return encode_result(_execute(state, call))
        return _apply_fault(state, call, triggered=triggered)
    except ServiceError as error:
        return encode_error(error, throttling_status=throttling_status)
    except ConnectionDropped:
        raise
    except Exception:  # noqa: BLE001 - a bug must be a JSON error, not the HTML of a web framework
        _log.exception("The emulator has a bug: %s", call.operation)
        return encode_error(
            ServiceError(ErrorCode.INTERNAL_SERVER_ERROR), throttling_status=throttling_status
        )


def _execute(state: EmulatorState, call: Call) -> Mapping[str, Any]:
    _check_access(state, call)
    _check_rate(state, call)
    try:
        content = json.loads(call.body or b"{}", object_pairs_hook=_without_nulls)
    except ValueError as error:
        raise ServiceError(ErrorCode.SERIALIZATION, "The request is not JSON.") from error
    _validate(content, call.operation, constraint_error=state.settings.constraint_error)
    return HANDLERS[call.operation](state, Request(call.account_region, content))


def _without_nulls(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Drop null members; AWS JSON 1.1 treats them as absent."""
    return {name: value for name, value in pairs if value is not None}


def _apply_fault(state: EmulatorState, call: Call, *, triggered: TriggeredFault) -> Response:
    fault = triggered.fault
    if triggered.kind == "slow":
        time.sleep(fault.seconds)
        return encode_result(_execute(state, call))
    if fault.processed:
        _execute(state, call)
    if triggered.kind == "connection_reset":
        raise ConnectionDropped
    if triggered.kind == "http_500":
        return Response(fault.status or 500, "<html>Internal Server Error</html>", "text/html")
    code = _ERROR_CODES.get(triggered.kind, fault.code or ErrorCode.INTERNAL_SERVER_ERROR)
    raise ServiceError(code, fault.message, status=fault.status)


def _check_access(state: EmulatorState, call: Call) -> None:
    action = f"rekognition:{call.operation}"
    if is_denied(state.settings.denied_access, action):
        user = f"arn:aws:iam::{call.account_region.account}:user/testing"
        msg = f"User: {user} is not authorized to perform: {action} because of an explicit deny"
        raise ServiceError(ErrorCode.ACCESS_DENIED, msg)


def _check_rate(state: EmulatorState, call: Call) -> None:
    with state.lock:
        is_allowed = state.rates.allow(
            call.account_region, call.operation, tps=state.settings.tps, now=state.now()
        )
    if not is_allowed:
        raise ServiceError(state.settings.throttle_error)


def _validate(content: Any, operation: str, *, constraint_error: str) -> None:
    violations = list(iter_violations(operation, content))
    if not violations:
        return
    noun = "error" if len(violations) == 1 else "errors"
    detail = f"{len(violations)} validation {noun} detected: {'; '.join(violations)}"
    # AWS documents the error for MaxResults only.
    is_documented = any("at 'maxResults'" in violation for violation in violations)
    code = ErrorCode.INVALID_PARAMETER if is_documented else constraint_error
    raise ServiceError(
        code, detail if code == ErrorCode.VALIDATION else f"Request has invalid parameters. {detail}"
    )
