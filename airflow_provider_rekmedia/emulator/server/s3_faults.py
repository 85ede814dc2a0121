"""Faults of S3 itself, with S3's errors. Only the server has them."""

import time

from airflow_provider_rekmedia.emulator.faults.fault import S3
from airflow_provider_rekmedia.emulator.protocol.messages import Response
from airflow_provider_rekmedia.emulator.protocol.s3_errors import encode_s3_error
from airflow_provider_rekmedia.emulator.service.request_handler import ConnectionDropped
from airflow_provider_rekmedia.emulator.service.state import EmulatorState

__all__ = ["apply_s3_fault"]


def apply_s3_fault(state: EmulatorState) -> Response | None:
    """
    Apply the fault that affects this S3 request, if there is one.

    :return: the error response; ``None`` means that moto handles the request.
    :raises ConnectionDropped: a fault drops the connection.
    """
    with state.lock:
        triggered = state.faults.trigger(S3)
    if triggered is None:
        return None
    fault = triggered.fault
    match triggered.kind:
        case "slow":
            time.sleep(fault.seconds)
            return None
        case "connection_reset":
            raise ConnectionDropped
        case "throttle":
            code, message, status = "SlowDown", "Please reduce your request rate.", 503
        case "expired_credentials":
            code, message, status = "ExpiredToken", "The provided token has expired.", 400
        case "invalid_credentials":
            code, status = "InvalidAccessKeyId", 403
            message = "The AWS Access Key Id you provided does not exist in our records."
        case "error":
            code, message, status = fault.code or "InternalError", "", 400
        case _:
            code, message, status = "InternalError", "We encountered an internal error.", 500
    return encode_s3_error(code, fault.message or message, status=fault.status or status)
