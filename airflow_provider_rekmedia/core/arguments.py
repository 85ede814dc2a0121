"""Arguments after rendering: a template makes text of everything, so numbers are read back from it."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from .errors import InvalidArgument

__all__ = [
    "parse_choice",
    "parse_number",
    "parse_optional_text",
    "parse_optional_time",
    "parse_seconds",
    "parse_whole_number",
]

_Choice = TypeVar("_Choice", bound=StrEnum)


def parse_number(argument: str, value: Any) -> float:
    """
    Read a number.

    :param argument: The argument's name, for the error.
    :raises InvalidArgument: It is no finite number.
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
    Read a duration in seconds.

    :raises InvalidArgument: It is no finite number above 0.
    """
    number = parse_number(argument, value)
    if number <= 0:
        raise InvalidArgument(argument=argument, value=value, problem="it must be more than 0 seconds")
    return number


def parse_whole_number(argument: str, value: Any, *, low: int, high: int) -> int:
    """
    Read a whole number from *low* to *high*, both inclusive.

    :raises InvalidArgument: It is none, or outside.
    """
    number = parse_number(argument, value)
    if number != int(number) or not low <= number <= high:
        problem = f"it must be a whole number from {low:,} to {high:,}"
        raise InvalidArgument(argument=argument, value=value, problem=problem)
    return int(number)


def parse_optional_text(argument: str, value: Any) -> str | None:
    """
    Read text that may be absent.

    :param value: Text; or a number, which rendering as native objects makes of digits; or ``None``, ``""`` or
        ``"None"``, which is what a template makes of no value.
    :raises InvalidArgument: It is none of these.
    """
    if value is None or value in ("", "None"):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        problem = f"it is a {type(value).__name__}, not text"
        raise InvalidArgument(argument=argument, value=value, problem=problem)
    return str(value)


def parse_choice(argument: str, value: Any, choices: type[_Choice]) -> _Choice:
    """
    Read one word of a fixed few.

    :raises InvalidArgument: It is none of them; the error lists them.
    """
    try:
        return choices(value)
    except ValueError:
        problem = f"it must be one of {', '.join(choices)}"
        raise InvalidArgument(argument=argument, value=value, problem=problem) from None


def parse_optional_time(argument: str, value: Any) -> datetime | None:
    """
    Read a point in time.

    :param value: A datetime, its ISO 8601 text, or ``None``, ``""`` or ``"None"``, which is what a template
        makes of no value. Without an offset it is UTC.
    :return: Aware, or ``None``.
    :raises InvalidArgument: It is none of these.
    """
    if value is None or value in ("", "None"):
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidArgument(argument=argument, value=value, problem="it is not an ISO 8601 time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
