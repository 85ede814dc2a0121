"""Background processes are stopped, with all that they started."""

import os
import sys
import time

import psutil
import pytest

from airflow_provider_rekmedia.demo.errors import ProcessDied
from airflow_provider_rekmedia.demo.local_airflow.processes import BackgroundProcess, stop_processes
from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until

IGNORES_SIGTERM = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
LEAVES_A_CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
"""


@pytest.fixture
def start(tmp_path):
    started = []

    def start(code: str) -> BackgroundProcess:
        process = BackgroundProcess(
            "process",
            [sys.executable, "-c", code],
            environment=dict(os.environ),
            log=tmp_path / f"{len(started)}.log",
        )
        started.append(process)
        return process

    yield start
    stop_processes(started, grace_s=0)


def child_of(process: BackgroundProcess) -> psutil.Process:
    wait_until(lambda: process.log.read_text().endswith("\n"), what="the child", timeout_s=30)
    return psutil.Process(int(process.log.read_text()))


def has_ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_process_that_ignores_sigterm_is_killed_with_its_child(start):
    process = start(IGNORES_SIGTERM)
    child = child_of(process)

    stop_processes([process], grace_s=0.3)

    wait_until(lambda: has_ended(child), what="the child's end", timeout_s=5)


def test_a_child_that_outlives_its_parent_is_killed(start):
    process = start(LEAVES_A_CHILD)
    child = child_of(process)
    wait_until(lambda: psutil.Process(process.group_id).status() == "zombie", what="the end", timeout_s=30)
    assert not has_ended(child)

    stop_processes([process], grace_s=0.3)

    wait_until(lambda: has_ended(child), what="the child's end", timeout_s=5)


def test_a_process_that_ends_on_sigterm_uses_no_grace_time(start):
    process = start("import time; print('up', flush=True); time.sleep(60)")
    wait_until(lambda: "up" in process.log.read_text(), what="the process", timeout_s=30)
    started_at = time.monotonic()

    stop_processes([process], grace_s=30)

    assert time.monotonic() - started_at < 10


def test_a_process_that_fails_is_an_error(start):
    with pytest.raises(ProcessDied):
        start("raise SystemExit(1)").wait(timeout_s=30)


def test_a_process_that_does_not_end_is_an_error(start):
    with pytest.raises(TimeoutError, match="process still runs"):
        start("import time; time.sleep(60)").wait(timeout_s=0.2)
