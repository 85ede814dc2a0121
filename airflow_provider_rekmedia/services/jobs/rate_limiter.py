"""Spreads what wakes at the same moment, so that it does not call AWS in the same moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable

__all__ = ["RateLimiter"]


class RateLimiter:
    """
    Lets one pass at a time, first come first served; holds nothing of any event loop.

    :param gap_s: Seconds between two; > 0.
    :param clock: Monotonic seconds.
    """

    def __init__(self, gap_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap_s = gap_s
        self._clock = clock
        self._next_at = clock()

    async def take(self, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Wait for the next free turn. Who is cancelled meanwhile leaves its turn unused."""
        now = self._clock()
        mine = max(now, self._next_at)
        self._next_at = mine + self._gap_s
        await sleep(mine - now)
