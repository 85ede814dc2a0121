"""Wait for a condition, with a timeout."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from .processes import BackgroundProcess

__all__ = ["wait_until"]

_POLL_INTERVAL_S: Final = 0.2


def wait_until(
    condition: Callable[[], bool],
    *,
    what: str,
    timeout_s: float,
    needed: Sequence[BackgroundProcess] = (),
) -> None:
    """
    Poll until a condition is true.

    :param what: the condition, for the error message "timed out, waiting for ..."
    :param timeout_s: seconds until it gives up
    :param needed: processes that must keep running
    :raises ProcessDied: one of them ended
    :raises TimeoutError: the condition is still false
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        for process in needed:
            process.check()
        if time.monotonic() > deadline:
            msg = f"timed out after {timeout_s:.0f} s, waiting for {what}"
            raise TimeoutError(msg)
        time.sleep(_POLL_INTERVAL_S)
