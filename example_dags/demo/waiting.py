"""Waiting for what other processes do, never for ever."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from demo.background import Background

__all__ = ["wait_until"]

_LOOK_EVERY_S: Final = 0.2


def wait_until(
    is_so: Callable[[], bool], *, what: str, timeout_s: float, alive: Sequence[Background] = ()
) -> None:
    """
    Look again and again until something is so.

    :param what: what is waited for, as the end of "timed out waiting for"
    :param timeout_s: when to give up
    :param alive: programs that must keep running meanwhile
    :raises ProgramDied: one of them ended
    :raises TimeoutError: it did not become so in time
    """
    deadline = time.monotonic() + timeout_s
    while not is_so():
        for background in alive:
            background.check()
        if time.monotonic() > deadline:
            msg = f"timed out after {timeout_s:.0f} s, waiting for {what}"
            raise TimeoutError(msg)
        time.sleep(_LOOK_EVERY_S)
