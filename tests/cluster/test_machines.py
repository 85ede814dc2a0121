"""A machine is lost with all that it started, and a supervisor starts again what exits by itself."""

import os
import signal
import sys

import psutil
import pytest
from cluster.machines import Machine, Supervisor

from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until

#: A child in a process group of its own, as Airflow's tasks have.
CHILD = "import os, time; os.fork() or os.setpgid(0, 0); time.sleep(60)"


@pytest.fixture
def machine(tmp_path):
    command = [sys.executable, "-c", CHILD]
    machine = Machine("worker", command, environment=dict(os.environ), log=tmp_path / "log")
    yield machine
    machine.lose()


def start(machine):
    machine.start()
    wait_until(lambda: len(list(machine.processes())) == 2, what="the child", timeout_s=10)


def test_a_lost_machine_leaves_no_process(machine):
    start(machine)

    machine.lose()

    assert list(machine.processes()) == []
    assert machine.has_exited()


def test_children_of_a_killed_main_process_still_belong_to_the_machine(machine):
    start(machine)

    psutil.Process(machine.pid).kill()

    wait_until(machine.has_exited, what="the main process", timeout_s=10)
    assert len(list(machine.processes())) == 1


def test_a_supervisor_starts_again_what_exits_but_not_what_is_lost(machine, monkeypatch):
    monkeypatch.setattr("cluster.machines.RESTART_DELAY_S", 0.0)
    supervisor = Supervisor(interval_s=0.05)
    supervisor.watch(machine)

    os.kill(machine.pid, signal.SIGKILL)
    wait_until(lambda: machine.restarts == 1, what="the restart", timeout_s=10)
    machine.lose()
    supervisor.close()

    assert machine.restarts == 1
    assert list(machine.processes()) == []
