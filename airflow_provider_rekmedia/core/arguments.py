"""
Reads the arguments of operators after Jinja has rendered them, so a number may arrive as text.

An optional argument without a value arrives as ``None``, or as the text ``""`` or ``"None"``. Each
``parse_optional_`` function returns ``None`` for these three.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from .errors import InvalidArgument
from .s3_uri import S3Uri, parse_s3_prefix, parse_s3_uri

__all__ = [
    "parse_choice",
    "parse_number",
    "parse_optional",
    "parse_optional_mapping",
    "parse_optional_number",
    "parse_optional_percent",
    "parse_optional_prefix",
    "parse_optional_switch_or_text",
    "parse_optional_text",
    "parse_optional_time",
    "parse_optional_uri",
    "parse_optional_whole_number",
    "parse_percent",
    "parse_seconds",
    "parse_switch",
    "parse_whole_number",
    "percent_problem",
]

_MAX_PCT: Final = 100

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


def parse_percent(argument: str, value: Any) -> float:
    """
    Parse a percentage from 0 to 100.

    A value between 0 and 1 is an error: it is nearly always a fraction that stands for a percentage.

    :raises InvalidArgument: The value is not a number from 0 to 100, or is between 0 and 1.
    """
    number = parse_number(argument, value)
    if problem := percent_problem(number):
        raise InvalidArgument(argument=argument, value=value, problem=f"it {problem}")
    return number


def percent_problem(number: float) -> str | None:
    """Return why a number is not usable as a percentage; ``None`` if it is."""
    if 0 < number < 1:
        return f"is a fraction; write percent: {number * _MAX_PCT:g} instead of {number:g}"
    return None if 0 <= number <= _MAX_PCT else "is not a percentage from 0 to 100"


def parse_seconds(argument: str, value: Any) -> float:
    """
    Parse a duration in seconds.

    :param value: A number of seconds, or a timedelta.
    :raises InvalidArgument: The value is not a finite number above 0.
    """
    number = value.total_seconds() if isinstance(value, timedelta) else parse_number(argument, value)
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


def parse_optional_percent(argument: str, value: Any) -> float | None:
    """
    Parse a percentage that may be absent.

    :raises InvalidArgument: As for :func:`parse_percent`.
    """
    given = parse_optional(value)
    return None if given is None else parse_percent(argument, given)


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


def parse_optional_switch_or_text(argument: str, value: Any) -> bool | str | None:
    """
    Parse true, false or other text, such as the ``verify`` of boto3, which may be absent.

    :param value: A bool, its text ``"True"`` or ``"False"`` in any case, or other text.
    :raises InvalidArgument: The value is neither a bool, nor text, nor a number.
    """
    if isinstance(value, bool):
        return value
    text = parse_optional_text(argument, value)
    return {"true": True, "false": False}.get((text or "").lower(), text)


def parse_switch(argument: str, value: Any) -> bool:
    """
    Parse true or false; no value is false.

    :param value: A bool, or its text ``"True"`` or ``"False"`` in any case.
    :raises InvalidArgument: The value is neither.
    """
    switch = parse_optional_switch_or_text(argument, value)
    if isinstance(switch, str):
        raise InvalidArgument(argument=argument, value=value, problem="it must be True or False")
    return bool(switch)


def parse_optional_time(argument: str, value: Any) -> datetime | None:
    """
    Parse a time that may be absent.

    :param value: A datetime; or a date, which is its midnight; or ISO 8601 text. A time without an offset is
        UTC. Native rendering makes a number of ``20260501``, which is a date too.
    :return: An aware datetime, or ``None``.
    :raises InvalidArgument: The value is not a time.
    """
    given = parse_optional(value)
    if given is None:
        return None
    if isinstance(given, date) and not isinstance(given, datetime):
        given = datetime.combine(given, time())
    try:
        moment = given if isinstance(given, datetime) else datetime.fromisoformat(_digits(given))
    except (TypeError, ValueError):
        raise InvalidArgument(argument=argument, value=value, problem="it is not an ISO 8601 time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _digits(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


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
