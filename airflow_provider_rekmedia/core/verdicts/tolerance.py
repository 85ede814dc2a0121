"""How many images may fail before a task does."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import parse_number
from airflow_provider_rekmedia.core.errors import InvalidArgument, TooManyFailed

__all__ = ["check_tolerance", "parse_tolerance"]

_PCT: Final = 100


def check_tolerance(counts: Mapping[str, int], max_failed: Any) -> None:
    """
    Hold what failed, and what is unaccounted for, against what the user tolerates.

    :param counts: As :attr:`Tally.counts` gives them.
    :param max_failed: A whole number of images; or a share of all: ``"2%"``, or a number between 0 and 1;
        ``None`` tolerates any number.
    :raises InvalidArgument: It is neither.
    :raises TooManyFailed: There are more.
    """
    limit = parse_tolerance(max_failed, counts["images"])
    failed = counts["failed"] + counts["unaccounted"]
    if limit is not None and failed > limit:
        raise TooManyFailed(failed=failed, images=counts["images"], limit=max_failed)


def parse_tolerance(max_failed: Any, images: int) -> Decimal | None:
    """
    Read a tolerance as a number of images, not always whole; ``None`` is no limit.

    A share is taken as it is written: 0.29 of 100 images is 28.999… as a binary fraction.

    :raises InvalidArgument: It is no tolerance.
    """
    if max_failed in (None, "", "None"):
        return None
    text = str(max_failed).strip()
    written = text.removesuffix("%")
    parse_number("max_failed", written)
    number = Decimal(written)
    is_share = text.endswith("%") or 0 < number < 1
    if text.endswith("%"):
        number /= _PCT
    if number < 0 or (is_share and number > 1) or (not is_share and number != int(number)):
        problem = 'it must be a whole number of images, a share like "2%", or a number between 0 and 1'
        raise InvalidArgument(argument="max_failed", value=max_failed, problem=problem)
    return number * images if is_share else number
