"""
Reads the arguments of operators after Jinja has rendered them, so a number may arrive as text.

An optional argument without a value arrives as ``None``, or as the text ``""`` or ``"None"``. Each
``parse_optional_`` function returns ``None`` for these three.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from .errors import InvalidArgument
from .s3_uri import S3Uri, parse_s3_prefix, parse_s3_uri

__all__ = [
    "parse_choice",
    "parse_number",
    "parse_optional",
    "parse_optional_mapping",
    "parse_optional_number",
    "parse_optional_prefix",
    "parse_optional_text",
    "parse_optional_time",
    "parse_optional_uri",
    "parse_optional_whole_number",
    "parse_seconds",
    "parse_whole_number",
]

_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")


def parse_number(argument: str, value: Any) -> float:
    """
    Parse a number.

    :param argument: The name of the argument, for the error.
    :raises InvalidArgument: The value is not a finite number.
    """
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if isinstance(value, bool) or not abs(number) < float("inf"):
        raise InvalidArgument(argument=argument, value=value, problem="it is not a number")
    return number


def parse_seconds(argument: str, value: Any) -> float:
    """
    Parse a duration in seconds.

    :raises InvalidArgument: The value is not a finite number above 0.
    """
    number = parse_number(argument, value)
    if number <= 0:
        raise InvalidArgument(argument=argument, value=value, problem="it must be more than 0 seconds")
    return number


def parse_whole_number(argument: str, value: Any, *, low: int, high: int) -> int:
    """
    Parse a whole number from *low* to *high*, both inclusive.

    :raises InvalidArgument: The value is not a whole number, or is out of range.
    """
    number = parse_number(argument, value)
    if number != int(number) or not low <= number <= high:
        problem = f"it must be a whole number from {low:,} to {high:,}"
        raise InvalidArgument(argument=argument, value=value, problem=problem)
    return int(number)


def parse_choice(argument: str, value: Any, choices: type[_Choice]) -> _Choice:
    """
    Parse one word of a fixed list.

    :raises InvalidArgument: The word is not in the list; the error shows the list.
    """
    try:
        return choices(value)
    except ValueError:
        problem = f"it must be one of {', '.join(choices)}"
        raise InvalidArgument(argument=argument, value=value, problem=problem) from None


def parse_optional(value: _Value) -> _Value | None:
    """
    Return the value as it is, or ``None`` if the argument has no value.

    Use it for an argument that another function parses, such as a policy, a source or a job.
    """
    return None if value is None or value in ("", "None") else value


def parse_optional_number(argument: str, value: Any) -> float | None:
    """
    Parse a number that may be absent.

    :raises InvalidArgument: As for :func:`parse_number`.
    """
    given = parse_optional(value)
    return None if given is None else parse_number(argument, given)


def parse_optional_whole_number(argument: str, value: Any, *, low: int, high: int) -> int | None:
    """
    Parse a whole number that may be absent.

    :raises InvalidArgument: As for :func:`parse_whole_number`.
    """
    given = parse_optional(value)
    return None if given is None else parse_whole_number(argument, given, low=low, high=high)


def parse_optional_text(argument: str, value: Any) -> str | None:
    """
    Parse text that may be absent.

    :param value: Text, or a number: native rendering makes a number of a text of digits.
    :raises InvalidArgument: The value is neither text nor a number.
    """
    given = parse_optional(value)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        problem = f"it is a {type(given).__name__}, not text"
        raise InvalidArgument(argument=argument, value=value, problem=problem)
    return str(given)


def parse_optional_time(argument: str, value: Any) -> datetime | None:
    """
    Parse a time that may be absent.

    :param value: A datetime, or ISO 8601 text. A time without an offset is UTC.
    :return: An aware datetime, or ``None``.
    :raises InvalidArgument: The value is not a time.
    """
    given = parse_optional(value)
    if given is None:
        return None
    try:
        time = given if isinstance(given, datetime) else datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise InvalidArgument(argument=argument, value=value, problem="it is not an ISO 8601 time") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def parse_optional_uri(value: Any) -> S3Uri | None:
    """
    Parse the S3 uri of an object that may be absent.

    :raises InvalidS3Uri: As for :func:`parse_s3_uri`.
    """
    given = parse_optional(value)
    return None if given is None else parse_s3_uri(given)


def parse_optional_prefix(value: Any) -> S3Uri | None:
    """
    Parse the S3 uri of a prefix that may be absent.

    :raises InvalidS3Uri: As for :func:`parse_s3_prefix`.
    """
    given = parse_optional(value)
    return None if given is None else parse_s3_prefix(given)


def parse_optional_mapping(argument: str, value: Any) -> Mapping[str, Any] | None:
    """
    Parse a dict that may be absent.

    :raises InvalidArgument: The value is not a dict; often a template rendered a dict to text.
    """
    given = parse_optional(value)
    if given is None or isinstance(given, Mapping):
        return given
    problem = (
        f"it is a {type(given).__name__}, not a dict; pass the dict itself instead of a template, or set "
        "render_template_as_native_obj on the Dag"
    )
    raise InvalidArgument(argument=argument, value=value, problem=problem)
