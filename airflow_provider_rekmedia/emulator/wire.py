"""One call and its answer, as they travel: AWS JSON 1.1."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .errors import Code, ServiceError

__all__ = ["Answer", "Call", "Place", "Request", "encode_error", "encode_result"]

_CONTENT_TYPE: Final = "application/x-amz-json-1.1"


@dataclass(frozen=True)
class Place:
    """Where jobs live: they are not seen from another account or region."""

    account: str
    region: str


@dataclass(frozen=True)
class Call:
    """One request: an operation, its undecoded body, and who asks where."""

    operation: str
    body: bytes
    place: Place


@dataclass(frozen=True)
class Request:
    """One request that the service's model allows: its content, and where it was asked."""

    place: Place
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: str
    content_type: str = _CONTENT_TYPE

    def headers(self) -> dict[str, str]:
        """Headers as the service sends them; every answer has its own request id."""
        return {"Content-Type": self.content_type, "x-amzn-RequestId": str(uuid.uuid4())}


def encode_result(result: Mapping[str, Any]) -> Answer:
    """Encode what an operation answers when all is well."""
    return Answer(200, json.dumps(result))


def encode_error(error: ServiceError, *, throttling_status: int) -> Answer:
    """
    Encode an error in the documented envelope.

    https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html

    :param throttling_status: 400 or 500; AWS documents both for ThrottlingException.
    """
    statuses: dict[str, int] = {Code.INTERNAL_SERVER_ERROR: 500, Code.THROTTLING: throttling_status}
    envelope = {
        "__type": error.code,
        "Code": error.code,
        "Logref": str(uuid.uuid4()),
        "Message": error.message,
    }
    return Answer(error.status or statuses.get(error.code, 400), json.dumps(envelope))
