"""Decides whether a run without images is an error in its arguments, or a night without anything new."""

from collections.abc import Mapping
from typing import Final

from airflow_provider_rekmedia.core.errors import InvalidArgument

from .image_filter import ImageFilter, SkipReason
from .source import Images, ListFiles, Prefixes, Source

__all__ = ["check_window", "problem_of_source"]

#: An object that is skipped for one of these reasons is not an image that can be analyzed.
_NOT_USABLE: Final = frozenset(
    {
        SkipReason.NOT_JPEG_OR_PNG,
        SkipReason.EMPTY,
        SkipReason.TOO_LARGE,
        SkipReason.MISSING,
        SkipReason.DUPLICATE,
    }
)


def problem_of_source(source: Source, skipped: Mapping[str, int]) -> str | None:
    """
    Return why a source from which no image is selected cannot be right; ``None`` if it can be.

    A list without a row is right: the user says that there is no image. So is a source whose images are
    analyzed, archived, or excluded by a filter.

    :param skipped: How many objects were skipped, by reason.
    """
    if not skipped:
        return None if isinstance(source, Images | ListFiles) else f"it has no object at all{_places(source)}"
    if _NOT_USABLE.issuperset(skipped):
        return f"none of the objects found ({sum(skipped.values()):,}) is an image that can be analyzed"
    return None


def check_window(window: ImageFilter, *, allows_no_length: bool) -> None:
    """
    Check that an object can be in the time window of a filter.

    :param allows_no_length: Whether the window may start and end at the same time.
    :raises InvalidArgument: No object can be in it.
    """
    start, end = window.modified_after, window.modified_before
    if start is None or end is None or start < end or (start == end and allows_no_length):
        return
    if start > end:
        problem = f"it is after modified_before={end.isoformat()}, so no object can be in the window"
    else:
        problem = (
            "it is the same time as modified_before, so no object can be in the window. A run that was "
            "triggered by hand, schedule=None, and the cron schedules of Airflow 3 have data intervals of no "
            "length. Use CronDataIntervalTimetable, or a ledger instead of a window; on_empty='skip' skips "
            "such a run"
        )
    raise InvalidArgument(argument="modified_after", value=start.isoformat(), problem=problem)


def _places(source: Source) -> str:
    if not isinstance(source, Prefixes):
        return ""
    listed = ", ".join(map(str, source.prefixes[:3]))
    return f" below {listed} (a prefix is a folder: it gets a slash at its end)"
