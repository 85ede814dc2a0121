"""Every state of a task is reported once, and polling ends."""

from types import SimpleNamespace

import pytest

from airflow_provider_rekmedia.demo.local_airflow import state_changes
from airflow_provider_rekmedia.demo.local_airflow.rest_api import DagRun, TaskRun
from airflow_provider_rekmedia.demo.local_airflow.state_changes import iter_state_changes

RUN = DagRun("dag", "run")


class FakeAirflow:
    """An Airflow whose polls are scripted: the state of the run, and the state of its only task."""

    def __init__(self, *polls):
        self.polls = list(polls)
        self.current = None
        self.api = SimpleNamespace(state=self.state, tasks=self.tasks)

    def check(self):
        """Every component runs."""

    def state(self, run):
        self.current = self.polls.pop(0) if len(self.polls) > 1 else self.polls[0]
        return self.current[0]

    def tasks(self, run):
        return [TaskRun("task", -1, self.current[1], None, None, 1)]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(state_changes, "_POLL_INTERVAL_S", 0)


def test_each_state_is_reported_once_and_the_last_one_is_seen():
    airflow = FakeAirflow(
        ("queued", None), ("running", "running"), ("running", "running"), ("success", "success")
    )

    changes = [task.state for task in iter_state_changes(airflow, RUN, timeout_s=30)]

    assert changes == ["running", "success"]


def test_a_run_that_does_not_end_is_an_error():
    with pytest.raises(TimeoutError, match="run has not ended"):
        list(iter_state_changes(FakeAirflow(("running", "running")), RUN, timeout_s=0.05))
