"""A program in the background: a process group of its own, its output in a file, and an end for all of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

__all__ = ["Background", "ProgramDied", "stop_together"]

_TICK_S: Final = 0.05


class ProgramDied(RuntimeError):
    """
    A program ended that should have stayed.

    :param name: what the program is called
    :param exit_code: how it ended
    :param log: the file with its output
    """

    def __init__(self, name: str, exit_code: int, log: Path) -> None:
        super().__init__(f"{name} ended with exit code {exit_code}")
        self.log = log


class Background:
    """
    A running program and all that it starts.

    :param name: what people call it
    :param command: what to run; the first word is a program beside this Python, such as ``airflow``
    :param environment: all of its environment
    :param log: file for its output; its folder exists
    """

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        program = Path(sys.executable).parent / command[0]
        with log.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal reaches only the demo, which stops the rest.
            self._process = subprocess.Popen(  # noqa: S603 - the callers' commands are fixed
                [str(program), *command[1:]],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def group_id(self) -> int:
        """The process group; it lasts as long as the program or anything that it started."""
        return self._process.pid

    def check(self) -> None:
        """
        Make sure that the program still runs.

        :raises ProgramDied: it does not
        """
        exit_code = self._process.poll()
        if exit_code is not None:
            raise ProgramDied(self.name, exit_code, self.log)

    def wait(self, *, timeout_s: float) -> None:
        """
        Wait for a program that does one thing and ends.

        :raises ProgramDied: it failed
        :raises TimeoutError: it is still at work
        """
        try:
            exit_code = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired as error:
            msg = f"{self.name} is not done after {timeout_s:.0f} s: see {self.log}"
            raise TimeoutError(msg) from error
        if exit_code:
            raise ProgramDied(self.name, exit_code, self.log)

    def ask_to_end(self) -> None:
        """Send SIGTERM to the program alone: ending what it started is its own business first."""
        self._process.terminate()

    def is_gone(self) -> bool:
        """Whether nothing is left, neither of the program nor of what it started."""
        return not self._signal_group(0)

    def kill(self) -> None:
        """End what is left, at once."""
        self._signal_group(signal.SIGKILL)
        self._process.wait()

    def _signal_group(self, number: int) -> bool:
        self._process.poll()
        try:
            os.killpg(self.group_id, number)
        except ProcessLookupError:
            return False
        return True


def stop_together(programs: Sequence[Background], *, grace_s: float = 6.0) -> None:
    """
    Stop programs at the same time: ask each to end, then kill what is left of their groups.

    Airflow's components end within four seconds, but for a triggerer that sometimes waits for itself.

    :param grace_s: how long they may take, all together
    """
    deadline = time.monotonic() + grace_s
    for program in programs:
        program.ask_to_end()
    left = list(programs)
    while left and time.monotonic() < deadline:
        time.sleep(_TICK_S)
        left = [program for program in left if not program.is_gone()]
    for program in left:
        program.kill()
