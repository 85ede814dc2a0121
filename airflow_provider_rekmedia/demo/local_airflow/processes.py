"""Background processes: each in its own process group, with its output in a file."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from airflow_provider_rekmedia.demo.errors import ProcessDied

__all__ = ["BackgroundProcess", "stop_processes"]


class BackgroundProcess:
    """
    A running process, with all that it starts.

    :param name: for people
    :param command: program and arguments
    :param environment: all environment variables of the process
    :param log: file for its output; its folder exists
    """

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal interrupts only the demo, which stops the rest.
            self._process = subprocess.Popen(  # noqa: S603 - the callers' commands are fixed
                list(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def group_id(self) -> int:
        """The process group. It exists while the process, or anything that it started, runs."""
        return self._process.pid

    def check(self) -> None:
        """
        Check that the process runs.

        :raises ProcessDied: it has ended
        """
        exit_code = self._process.poll()
        if exit_code is not None:
            raise ProcessDied(self.name, exit_code, self.log)

    def wait(self, *, timeout_s: float) -> None:
        """
        Wait for a process that ends by itself.

        :raises ProcessDied: its exit code is not 0
        :raises TimeoutError: it still runs
        """
        try:
            exit_code = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired as error:
            msg = f"{self.name} still runs after {timeout_s:.0f} s: see {self.log}"
            raise TimeoutError(msg) from error
        if exit_code:
            raise ProcessDied(self.name, exit_code, self.log)

    def terminate(self) -> None:
        """Send SIGTERM to the process. It stops what it started itself."""
        self._process.terminate()

    def kill(self, *, grace_s: float = 0) -> None:
        """
        Send SIGKILL to the process and to all that it started.

        :param grace_s: how long to wait for the process to end by itself
        """
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_s)
        with suppress(ProcessLookupError):
            os.killpg(self.group_id, signal.SIGKILL)
        self._process.wait()


def stop_processes(processes: Iterable[BackgroundProcess], *, grace_s: float = 6.0) -> None:
    """
    Stop processes at the same time: terminate each, then kill what is left of their groups.

    Airflow's components end within four seconds, except a triggerer that sometimes hangs.

    :param grace_s: how long all of them together may take
    """
    deadline = time.monotonic() + grace_s
    stopping = list(processes)
    for process in stopping:
        process.terminate()
    for process in stopping:
        process.kill(grace_s=max(0.0, deadline - time.monotonic()))
