"""Start the Dag that asks a person, and find the page of its question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final, Self
from urllib.parse import quote

from .errors import TaskFailed
from .local_airflow.rest_api import DagRun, TaskRun
from .local_airflow.supervisor import LocalAirflow

__all__ = ["REVIEW_DAG_ID", "WaitingReview", "can_ask_people"]

#: The Dag that asks a person.
REVIEW_DAG_ID: Final = "review_in_browser"

_FIRST_RELEASE: Final = (3, 1)
_REVIEW_TASK_ID: Final = "images.review.review"
#: Airflow before 3.3 defers a task that waits for a person.
_WAITING: Final = frozenset({"awaiting_input", "deferred"})


def can_ask_people() -> bool:
    """Return whether the installed Airflow has tasks that ask a person."""
    release = re.findall(r"\d+", version("apache-airflow"))
    return (int(release[0]), int(release[1])) >= _FIRST_RELEASE


@dataclass(frozen=True)
class WaitingReview:
    """
    A run of the Dag that asks a person.

    :param airflow: the local Airflow
    :param run: the run
    """

    airflow: LocalAirflow
    run: DagRun

    @classmethod
    def start(cls, airflow: LocalAirflow) -> Self:
        """Trigger the Dag."""
        return cls(airflow, airflow.api.trigger(REVIEW_DAG_ID))

    @property
    def run_url(self) -> str:
        """The run in Airflow's web interface."""
        return f"{self.airflow.url}/dags/{self.run.dag_id}/runs/{self.run.run_id}"

    def find_page(self) -> str | None:
        """
        Return the URL of the review page; ``None`` while no task waits for a person.

        :raises TaskFailed: a task failed
        """
        tasks = self.airflow.api.tasks(self.run)
        for task in tasks:
            if task.state == "failed":
                raise TaskFailed(task.label, self.airflow.task_log(self.run, task))
        waiting = _waiting_task(tasks)
        if waiting is None:
            return None
        run = f"dags/{self.run.dag_id}/runs/{quote(self.run.run_id, safe='')}"
        return f"{self.airflow.url}/rekmedia/{run}/tasks/{waiting.task_id}/{waiting.map_index}/review"


def _waiting_task(tasks: Sequence[TaskRun]) -> TaskRun | None:
    waiting = (task for task in tasks if task.task_id == _REVIEW_TASK_ID and task.state in _WAITING)
    return next(waiting, None)
