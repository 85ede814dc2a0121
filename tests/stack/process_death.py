"""Kills the process of a task at one of its steps. The Dags of these tests import it."""

import os
import signal


def die():
    """Kill this process, as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(owner, method, moment, number):
    """Replace a method, in this process, by one that kills the process at one of its calls."""
    original, calls = getattr(owner, method), []

    def fatal(*args, **kwargs):
        calls.append(1)
        if len(calls) == number and moment == "before":
            die()
        result = original(*args, **kwargs)
        if len(calls) == number:
            die()
        return result

    setattr(owner, method, fatal)
