"""Spaces calls to AWS, so that tasks which resume in the same moment do not call in the same moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable

__all__ = ["RateLimiter"]


class RateLimiter:
    """
    Lets one caller pass per interval, first come first served. It belongs to no event loop.

    :param interval_s: Seconds between two callers; > 0.
    :param clock: Monotonic seconds.
    """

    def __init__(self, interval_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval_s = interval_s
        self._clock = clock
        self._next_at = clock()

    async def acquire(self, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Wait for the next free interval. A caller that is cancelled leaves its interval unused."""
        now = self._clock()
        starts_at = max(now, self._next_at)
        self._next_at = starts_at + self._interval_s
        await sleep(starts_at - now)
