"""
Validation of requests by botocore's model of Rekognition.

botocore's client checks only some constraints before it sends a request. AWS checks all of them.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

__all__ = ["iter_violations", "load_service_model"]


@lru_cache(maxsize=1)
def load_service_model() -> ServiceModel:
    """Read the service's model from the installed botocore, once per process."""
    return ServiceModel(Loader().load_service_model("rekognition", "service-2"), "rekognition")


def iter_violations(operation: str, request: Any) -> Iterator[str]:
    """
    Describe, in AWS's words, each constraint of the operation's input shape that a request violates.

    Unknown members are allowed, as in AWS.

    :param operation: such as ``GetMediaAnalysisJob``.
    :param request: the decoded JSON body.
    """
    shape = load_service_model().operation_model(operation).input_shape
    return _iter_shape(shape, request, path="") if shape is not None else iter(())


def _iter_shape(shape: Shape, value: Any, *, path: str) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            yield from _iter_structure(shape, value, path=path)
        case "list":
            yield from _iter_list(shape, value, path=path)
        case "string" | "blob":
            yield from _iter_string(shape, value, path=path)
        case "integer" | "float":
            yield from _iter_number(shape, value, path=path)
        case unsupported:
            msg = f"the emulator cannot validate a {unsupported} at {path}"
            raise NotImplementedError(msg)


def _iter_structure(shape: Any, value: Any, *, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield _violation(path, value, "Member must be an object")
        return
    for name in shape.required_members:
        if value.get(name) is None:
            yield _violation(_join(path, name), None, "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _iter_shape(member, value[name], path=_join(path, name))


def _iter_list(shape: Any, value: Any, *, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield _violation(path, value, "Member must be a list")
        return
    yield from _iter_length(shape, len(value), value=value, path=path)
    for position, member in enumerate(value, start=1):
        yield from _iter_shape(shape.member, member, path=f"{path}.{position}.member")


def _iter_string(shape: Any, value: Any, *, path: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield _violation(path, value, "Member must be a string")
        return
    if shape.type_name == "blob":
        yield from _iter_blob(shape, value, path=path)
        return
    yield from _iter_length(shape, len(value), value=value, path=path)
    pattern = shape.metadata.get("pattern")
    # The service matches the whole value, even if the pattern has no anchors.
    if pattern and not re.fullmatch(pattern, value):
        yield _violation(path, value, f"Member must satisfy regular expression pattern: {pattern}")
    if shape.enum and value not in shape.enum:
        yield _violation(path, value, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")


def _iter_blob(shape: Any, value: str, *, path: str) -> Iterator[str]:
    try:
        size = len(base64.b64decode(value, validate=True))
    except binascii.Error:
        yield _violation(path, "(blob)", "Member must be base64")
        return
    yield from _iter_length(shape, size, value="(blob)", path=path)


def _iter_number(shape: Any, value: Any, *, path: str) -> Iterator[str]:
    allowed = int if shape.type_name == "integer" else (int, float)
    if isinstance(value, bool) or not isinstance(value, allowed):
        yield _violation(path, value, f"Member must be a number ({shape.type_name})")
        return
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and value < low:
        yield _violation(path, value, f"Member must have value greater than or equal to {low}")
    if high is not None and value > high:
        yield _violation(path, value, f"Member must have value less than or equal to {high}")


def _iter_length(shape: Any, length: int, *, value: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
    if length < low:
        yield _violation(path, value, f"Member must have length greater than or equal to {low}")
    if high is not None and length > high:
        yield _violation(path, value, f"Member must have length less than or equal to {high}")


def _join(path: str, name: str) -> str:
    """Join member names as AWS writes them: ``jobName``, ``outputConfig.s3Bucket``."""
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _violation(path: str, value: Any, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"
