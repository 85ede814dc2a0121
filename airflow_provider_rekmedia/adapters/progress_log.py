"""Logs the progress of a long step, one line every five seconds."""

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

__all__ = ["iter_with_progress"]

_LOG: Final = logging.getLogger(__name__)
_INTERVAL_S: Final = 5.0

_Item = TypeVar("_Item")


def iter_with_progress(items: Iterable[_Item], what: str, *, step: int = 1) -> Iterator[_Item]:
    """
    Yield the items unchanged, and log how many there were so far.

    :param what: The items and what happens to them: the start of the log line.
    :param step: Read the clock once per this many items; reading it costs as much as a cheap item.
    """
    started_at = logged_at = time.monotonic()
    for number, item in enumerate(items, start=1):
        if number % step == 0 and (now := time.monotonic()) - logged_at >= _INTERVAL_S:
            _LOG.info("%s: %d so far, %.1f a second", what, number, number / (now - started_at))
            logged_at = now
        yield item
