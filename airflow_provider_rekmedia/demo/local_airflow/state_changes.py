"""Follow a Dag run from outside."""

import time
from collections.abc import Iterator
from typing import Final

from .rest_api import DagRun, TaskRun
from .supervisor import LocalAirflow

__all__ = ["iter_state_changes"]

_FINAL_STATES: Final = frozenset({"success", "failed"})
_POLL_INTERVAL_S: Final = 0.25


def iter_state_changes(airflow: LocalAirflow, run: DagRun, *, timeout_s: float) -> Iterator[TaskRun]:
    """
    Poll a Dag run until it ends.

    :param timeout_s: seconds until it gives up
    :return: a task each time its state differs from the last poll; states shorter than a poll are missed
    :raises ProcessDied: a component of Airflow ended
    :raises TimeoutError: the run has not ended
    """
    states: dict[str, str | None] = {}
    deadline = time.monotonic() + timeout_s
    is_final = False
    while not is_final:
        if time.monotonic() > deadline:
            msg = f"the run {run.run_id} has not ended after {timeout_s:.0f} s"
            raise TimeoutError(msg)
        time.sleep(_POLL_INTERVAL_S)
        airflow.check()
        # The run's state is read first, so that the last poll of the tasks sees their final states.
        is_final = airflow.api.state(run) in _FINAL_STATES
        for task in airflow.api.tasks(run):
            if task.state is not None and states.get(task.label) != task.state:
                states[task.label] = task.state
                yield task
