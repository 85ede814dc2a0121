"""One run of the nightly Dag, watched from outside."""

import time
from collections.abc import Iterator
from typing import Final

from demo.airflow_rest import DagRun, TaskRun
from demo.local_airflow import LocalAirflow

__all__ = ["FINAL_STATES", "iter_changes"]

FINAL_STATES: Final = frozenset({"success", "failed"})
_LOOK_EVERY_S: Final = 0.25


def iter_changes(airflow: LocalAirflow, run: DagRun, *, timeout_s: float) -> Iterator[TaskRun]:
    """
    Look at a run until it is over.

    :param timeout_s: when to give up
    :return: a task each time that it is seen in another state; states that last less than a look are missed
    :raises ProgramDied: a component of Airflow ended meanwhile
    :raises TimeoutError: the run is still going on
    """
    seen: dict[str, str | None] = {}
    deadline = time.monotonic() + timeout_s
    over = False
    while not over:
        if time.monotonic() > deadline:
            msg = f"the run {run.run_id} is not over after {timeout_s:.0f} s"
            raise TimeoutError(msg)
        time.sleep(_LOOK_EVERY_S)
        airflow.check()
        # Asked first, so that the last look at the tasks sees how they ended.
        over = airflow.rest.state(run) in FINAL_STATES
        for task in airflow.rest.tasks(run):
            if task.state is not None and seen.get(task.label) != task.state:
                seen[task.label] = task.state
                yield task
