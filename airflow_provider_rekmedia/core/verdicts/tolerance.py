"""How many images may fail before a task fails."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import parse_number, parse_optional
from airflow_provider_rekmedia.core.errors import InvalidArgument, TooManyFailed

__all__ = ["Tolerance", "parse_share_or_number", "parse_tolerance"]

_PCT: Final = 100


@dataclass(frozen=True, slots=True)
class Tolerance:
    """
    The most images that may have no result.

    :param limit: A number of images, or a share of all images from 0 to 1; inclusive. ``None`` is no limit.
    :param is_share: Whether *limit* is a share.
    :param text: The limit as the user wrote it, for the error.
    """

    limit: Decimal | None
    is_share: bool = False
    text: str = ""

    def check(self, *, not_analyzed: int, images: int) -> None:
        """
        Raise if too many images have no result.

        :param not_analyzed: Images that failed or are unaccounted for.
        :param images: All images of the run.
        :raises TooManyFailed: More images have no result than the limit allows.
        """
        if self.limit is None:
            return
        limit = self.limit * images if self.is_share else self.limit
        if not_analyzed > limit:
            raise TooManyFailed(failed=not_analyzed, images=images, limit=self.text)


def parse_tolerance(max_failed: Any) -> Tolerance:
    """
    Parse the argument ``max_failed``. Call it before any work, and :meth:`Tolerance.check` after it.

    A share is kept as a decimal number: as a binary fraction, 0.29 of 100 images is 28.999…

    :param max_failed: A whole number of images; or a share of all images, ``"2%"`` or a number between 0 and
        1; or no value, which is no limit.
    :raises InvalidArgument: The value is none of these.
    """
    number, is_share = parse_share_or_number("max_failed", max_failed)
    return Tolerance(number, is_share, "" if number is None else str(parse_optional(max_failed)))


def parse_share_or_number(argument: str, value: Any) -> tuple[Decimal | None, bool]:
    """
    Parse a number of images, or a share of all images.

    :param value: As for :func:`parse_tolerance`.
    :return: The number, or the share from 0 to 1; and whether it is a share. ``None`` is no limit.
    :raises InvalidArgument: The value is neither.
    """
    given = parse_optional(value)
    if given is None:
        return None, False
    text = str(given).strip()
    digits = text.removesuffix("%")
    parse_number(argument, digits)
    number = Decimal(digits)
    is_share = text.endswith("%") or 0 < number < 1
    if text.endswith("%"):
        number /= _PCT
    if number < 0 or (is_share and number > 1) or (not is_share and number != int(number)):
        problem = 'it must be a whole number of images, a share like "2%", or a number between 0 and 1'
        raise InvalidArgument(argument=argument, value=value, problem=problem)
    return number, is_share
