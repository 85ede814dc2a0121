"""Checks a request against botocore's own model of the operation, before anything is sent."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import OperationModel, Shape, StructureShape

from airflow_provider_rekmedia.core.errors import InvalidArgument

__all__ = ["check_request"]


def check_request(operation: OperationModel, request: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """
    Check every member of a request against the model's lengths, ranges and patterns.

    botocore itself checks only minima. Without this check, AWS would refuse a name that is too long or has a
    space.

    :param request: The arguments of the boto3 call.
    :param names: The name of a member in the error, by its dotted path.
    :raises InvalidArgument: A member is not what the model allows; the error names the first one.
    """
    shape = operation.input_shape
    for path, member, value in _leaves(shape, request, ""):
        problem = _problem(member, value)
        if problem:
            raise InvalidArgument(argument=names.get(path, path), value=value, problem=problem)


def _leaves(shape: Shape | None, value: Any, path: str) -> Iterator[tuple[str, Shape, Any]]:
    if not isinstance(shape, StructureShape):
        if shape is not None:
            yield path, shape, value
        return
    for name, inner in value.items():
        yield from _leaves(shape.members[name], inner, f"{path}.{name}" if path else name)


def _problem(shape: Shape, value: Any) -> str | None:
    limits = shape.metadata
    if shape.type_name == "string":
        size, unit = len(value), " characters"
    else:
        size, unit = value, ""
    low, high = limits.get("min"), limits.get("max")
    if low is not None and size < low:
        return f"it has {size}{unit}, and AWS takes at least {low}"
    if high is not None and size > high:
        return f"it has {size}{unit}, and AWS takes at most {high}"
    if "pattern" in limits and not re.fullmatch(limits["pattern"], value):
        return f"AWS takes only what matches {limits['pattern']}"
    return None
