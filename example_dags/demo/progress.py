"""Telling, while it happens, what happens."""

import sys
import time

__all__ = ["Progress"]


class Progress:
    """One line per event, with the seconds since the beginning."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._started

    def tell(self, who: str, what: str) -> None:
        """
        Print one line.

        :param who: the program, the task or the bucket that something happened to
        :param what: what happened
        """
        sys.stdout.write(f"{self.elapsed_s:6.1f} s  {who:<20} {what}\n")
        sys.stdout.flush()
