"""Print what happens while it happens."""

import sys
import time

__all__ = ["ProgressLog"]


class ProgressLog:
    """One line per event, with the seconds since this object was created."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def write(self, source: str, event: str) -> None:
        """
        Print one line.

        :param source: the process, task or bucket
        :param event: what happened to it
        """
        elapsed_s = time.monotonic() - self._started
        sys.stdout.write(f"{elapsed_s:6.1f} s  {source:<20} {event}\n")
        sys.stdout.flush()
