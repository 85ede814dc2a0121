"""Whatever is started in the background comes to an end, with all that it started."""

import os
import sys
import time
from pathlib import Path

import psutil
import pytest
from demo.background import Background, ProgramDied, stop_together
from demo.waiting import wait_until

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
DESERTER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
"""


@pytest.fixture
def start(tmp_path):
    started = []

    def start(code: str) -> Background:
        program = Background(
            "program",
            [Path(sys.executable).name, "-c", code],
            environment=dict(os.environ),
            log=tmp_path / f"{len(started)}.log",
        )
        started.append(program)
        return program

    yield start
    stop_together(started, grace_s=0)


def child_of(program: Background) -> psutil.Process:
    wait_until(lambda: program.log.read_text().endswith("\n"), what="the child", timeout_s=30)
    return psutil.Process(int(program.log.read_text()))


def has_ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_program_that_ignores_sigterm_is_killed_after_the_grace_with_its_child(start):
    program = start(STUBBORN)
    child = child_of(program)

    stop_together([program], grace_s=0.3)

    wait_until(lambda: has_ended(child), what="the child's end", timeout_s=5)


def test_a_child_that_outlives_its_program_is_killed_after_the_grace(start):
    program = start(DESERTER)
    child = child_of(program)
    wait_until(lambda: psutil.Process(program.group_id).status() == "zombie", what="the end", timeout_s=30)
    assert not has_ended(child)

    stop_together([program], grace_s=0.3)

    wait_until(lambda: has_ended(child), what="the child's end", timeout_s=5)


def test_a_program_that_ends_when_asked_is_not_waited_for(start):
    program = start("import time; print('up', flush=True); time.sleep(60)")
    wait_until(lambda: "up" in program.log.read_text(), what="the program", timeout_s=30)
    began = time.monotonic()

    stop_together([program], grace_s=30)

    assert time.monotonic() - began < 10


def test_waiting_ends_at_once_when_a_program_that_is_needed_dies(start):
    program = start("print('out of coffee'); raise SystemExit(3)")

    with pytest.raises(ProgramDied, match="program ended with exit code 3") as failure:
        wait_until(lambda: False, what="what never comes", timeout_s=30, alive=[program])

    assert failure.value.log.read_text() == "out of coffee\n"


def test_waiting_says_what_it_waited_for_when_it_gives_up():
    with pytest.raises(TimeoutError, match="waiting for what never comes"):
        wait_until(lambda: False, what="what never comes", timeout_s=0.1)


def test_a_program_that_does_its_one_thing_badly_is_an_error(start):
    with pytest.raises(ProgramDied):
        start("raise SystemExit(1)").wait(timeout_s=30)


def test_a_program_that_never_finishes_its_one_thing_is_an_error(start):
    with pytest.raises(TimeoutError, match="program is not done"):
        start("import time; time.sleep(60)").wait(timeout_s=0.2)
