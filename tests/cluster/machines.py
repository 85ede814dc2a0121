"""The machines of a cluster: each is a process with all that it starts. It is started again when it exits."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from airflow_provider_rekmedia.demo.local_airflow.processes import BackgroundProcess

RESTART_DELAY_S = 2.0
#: A killed process exits within milliseconds, unless the machine is busy.
KILL_TIMEOUT_S = 10.0


class Machine:
    """
    One process in a session of its own.

    :param command: program and arguments
    :param environment: all environment variables
    :param log: file for the output
    """

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        self.restarts = 0
        self.is_wanted = False
        self._command = command
        self._environment = environment
        self._process: BackgroundProcess | None = None
        #: Sessions that were started. Children can outlive the first process of their session.
        self._sessions: set[int] = set()

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was never started"
        return self._process.group_id

    def start(self) -> None:
        self.is_wanted = True
        self._process = BackgroundProcess(
            self.name, self._command, environment=self._environment, log=self.log
        )
        self._sessions.add(self._process.group_id)

    def has_exited(self) -> bool:
        return self._process is None or self._process._process.poll() is not None

    def processes(self) -> Iterator[psutil.Process]:
        """Every process of this machine that runs. Task processes have process groups of their own."""
        for process in psutil.process_iter():
            with suppress(ProcessLookupError, psutil.NoSuchProcess):
                if os.getsid(process.pid) in self._sessions and process.status() != psutil.STATUS_ZOMBIE:
                    yield process

    def send(self, sent: signal.Signals) -> None:
        """Send a signal to all processes of the machine."""
        for process in list(self.processes()):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(sent)

    def lose(self) -> None:
        """Kill the machine, and wait until it is gone. It stays away until it is started."""
        self.is_wanted = False
        self.send(signal.SIGSTOP)  # so that no process starts another one meanwhile
        self.send(signal.SIGKILL)
        if self._process is not None:
            self._process.kill()
        deadline = time.monotonic() + KILL_TIMEOUT_S
        while any(self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)

    def stop(self, *, by: signal.Signals = signal.SIGTERM, grace_s: float = 8.0) -> None:
        """Ask the first process to exit, then kill what is left."""
        self.is_wanted = False
        if self._process is not None and not self.has_exited():
            self._process._process.send_signal(by)
            with suppress(Exception):
                self._process._process.wait(grace_s)
        self.lose()


class Supervisor:
    """Starts machines again that exit by themselves, as systemd or Kubernetes does."""

    def __init__(self, *, interval_s: float = 1.0) -> None:
        self._interval_s = interval_s
        self._machines: list[Machine] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def watch(self, machine: Machine) -> None:
        machine.start()
        self._machines.append(machine)

    def _run(self) -> None:
        while not self._ended.wait(self._interval_s):
            for machine in self._machines:
                if machine.is_wanted and machine.has_exited():
                    time.sleep(RESTART_DELAY_S)
                    if machine.is_wanted and machine.has_exited() and not self._ended.is_set():
                        machine.restarts += 1
                        machine.start()

    def close(self) -> None:
        """Stop every machine: all at once, so that it takes seconds."""
        self._ended.set()
        self._thread.join()
        stopping = [
            threading.Thread(target=machine.stop, kwargs={"grace_s": 5.0}) for machine in self._machines
        ]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()
