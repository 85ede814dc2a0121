"""Requests and responses in the format AWS JSON 1.1."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .errors import ErrorCode, ServiceError

__all__ = ["AccountRegion", "Call", "Request", "Response", "encode_error", "encode_result"]

_CONTENT_TYPE: Final = "application/x-amz-json-1.1"


@dataclass(frozen=True)
class AccountRegion:
    """An account in a region; jobs and tokens are visible only in their own."""

    account: str
    region: str


@dataclass(frozen=True)
class Call:
    """One request before its body is parsed."""

    operation: str
    body: bytes
    account_region: AccountRegion


@dataclass(frozen=True)
class Request:
    """One request whose content is valid by the service's model."""

    account_region: AccountRegion
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Response:
    """One HTTP response."""

    status: int
    body: str
    content_type: str = _CONTENT_TYPE

    def headers(self) -> dict[str, str]:
        """Make the headers; every response has a new request id."""
        return {"Content-Type": self.content_type, "x-amzn-RequestId": str(uuid.uuid4())}


def encode_result(result: Mapping[str, Any]) -> Response:
    """Encode the result of a successful operation."""
    return Response(200, json.dumps(result))


def encode_error(error: ServiceError, *, throttling_status: int) -> Response:
    """
    Encode an error in the documented format.

    https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html

    :param throttling_status: 400 or 500; AWS documents both for ThrottlingException.
    """
    statuses: dict[str, int] = {ErrorCode.INTERNAL_SERVER_ERROR: 500, ErrorCode.THROTTLING: throttling_status}
    content = {
        "__type": error.code,
        "Code": error.code,
        "Logref": str(uuid.uuid4()),
        "Message": error.message,
    }
    return Response(error.status or statuses.get(error.code, 400), json.dumps(content))
