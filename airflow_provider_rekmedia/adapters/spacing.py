"""Keeps calls a least time apart."""

from collections.abc import Callable

__all__ = ["Spacing"]


class Spacing:
    """
    Makes the caller sleep until the next call may go out; for one thread at a time.

    :param gap_s: Least seconds between two calls; > 0.
    :param clock: Monotonic seconds.
    :param sleep: Sleeps so many seconds.
    """

    def __init__(self, gap_s: float, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._gap_s = gap_s
        self._clock = clock
        self._sleep = sleep
        self._next_at = clock()

    def keep(self) -> None:
        """Return when the next call may go out."""
        now = self._clock()
        if now < self._next_at:
            self._sleep(self._next_at - now)
            now = self._next_at
        self._next_at = now + self._gap_s
