"""Tells the task's log how far a long step is, one line every five seconds."""

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

__all__ = ["iter_with_progress"]

_LOG: Final = logging.getLogger(__name__)
_EVERY_S: Final = 5.0

_Item = TypeVar("_Item")


def iter_with_progress(items: Iterable[_Item], what: str, *, step: int = 1) -> Iterator[_Item]:
    """
    Hand items on as they are asked for.

    :param what: They are, and what becomes of them: the beginning of a line.
    :param step: Look at the clock once in so many items; it costs as much as a cheap item.
    """
    started = told = time.monotonic()
    for number, item in enumerate(items, start=1):
        if number % step == 0 and (now := time.monotonic()) - told >= _EVERY_S:
            _LOG.info("%s: %d so far, %.1f a second", what, number, number / (now - started))
            told = now
        yield item
