"""The few calls of Airflow's REST API (v2, Airflow 3) that a demo or a test of a whole Airflow needs."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import requests

__all__ = ["AirflowRest", "DagRun", "TaskRun"]

_TIMEOUT_S: Final = 30.0
_COMPONENTS: Final = ("metadatabase", "scheduler", "triggerer", "dag_processor")


@dataclass(frozen=True)
class TaskRun:
    """
    One task of a run, or one of its mapped copies.

    :param map_index: -1 when the task is not mapped
    :param state: ``None`` before anything happened to it
    :param started_at: ISO 8601; ``None`` before it started
    :param duration_s: from then on, waiting included; ``None`` before it ended
    :param try_number: 1-based; a task that was deferred goes on with the same try
    """

    task_id: str
    map_index: int
    state: str | None
    started_at: str | None
    duration_s: float | None
    try_number: int

    @property
    def label(self) -> str:
        """The task as people write it: ``moderate[0]``."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


@dataclass(frozen=True)
class DagRun:
    """A run of a Dag, by its two ids."""

    dag_id: str
    run_id: str

    @property
    def path(self) -> str:
        """Where the API keeps it."""
        return f"/dags/{self.dag_id}/dagRuns/{quote(self.run_id)}"


class AirflowRest:
    """
    Airflow's REST API, of an Airflow where nobody logs in.

    :param url: the api-server's, without a path
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        # No proxy, no .netrc: this Airflow is on loopback.
        self._session.trust_env = False

    def health(self) -> dict[str, str]:
        """
        Ask how the components are.

        :return: component to status; nothing is said before the api-server listens
        """
        try:
            answer = self._call("GET", "/monitor/health")
        except requests.ConnectionError:
            return dict.fromkeys(_COMPONENTS, "not there yet")
        return {name: (answer.get(name) or {}).get("status") or "starting" for name in _COMPONENTS}

    def import_errors(self) -> list[str]:
        """List what kept Dag files from being loaded: file and traceback."""
        errors = self._call("GET", "/importErrors")["import_errors"]
        return [f"{error['filename']}:\n{error['stack_trace']}" for error in errors]

    def has_dag(self, dag_id: str) -> bool:
        """Whether the Dag is loaded."""
        return self._session.get(f"{self.url}/api/v2/dags/{dag_id}", timeout=_TIMEOUT_S).ok

    def trigger(self, dag_id: str, *, logical_date: datetime | None = None) -> DagRun:
        """
        Start a run as the button in the browser does: with the Dag's own params.

        :param logical_date: aware; the Dag's timetable infers the data interval from it; now when ``None``
        """
        body = {"logical_date": (logical_date or datetime.now(UTC)).isoformat()}
        return DagRun(dag_id, self._call("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def state(self, run: DagRun) -> str:
        """How a run is: ``queued``, ``running``, ``success`` or ``failed``."""
        return str(self._call("GET", run.path)["state"])

    def tasks(self, run: DagRun) -> list[TaskRun]:
        """List a run's tasks, in no particular order."""
        answer = self._call("GET", f"{run.path}/taskInstances")
        return [
            TaskRun(
                task["task_id"],
                task["map_index"],
                task["state"],
                task["start_date"],
                task["duration"],
                task["try_number"],
            )
            for task in answer["task_instances"]
        ]

    def xcom(self, run: DagRun, task_id: str, *, key: str = "return_value", map_index: int = -1) -> Any:
        """
        Read what a task handed on.

        :raises requests.HTTPError: 404, it handed on nothing of that name
        """
        path = f"{run.path}/taskInstances/{task_id}/xcomEntries/{key}"
        return self._call("GET", path, params={"map_index": map_index, "deserialize": "true"})["value"]

    def links(self, run: DagRun, task: TaskRun) -> dict[str, str | None]:
        """List the operator's extra links: name to url."""
        path = f"{run.path}/taskInstances/{task.task_id}/links"
        return dict(self._call("GET", path, params={"map_index": task.map_index})["extra_links"])

    def log(self, run: DagRun, task: TaskRun) -> str:
        """Read the log of a task's first try, as the browser shows it."""
        path = f"{run.path}/taskInstances/{task.task_id}/logs/1"
        content = self._call("GET", path, params={"map_index": task.map_index})["content"]
        return "\n".join(str(line.get("event", line)) for line in content)

    def _call(self, method: str, path: str, **request: Any) -> Any:
        answer = self._session.request(method, f"{self.url}/api/v2{path}", timeout=_TIMEOUT_S, **request)
        answer.raise_for_status()
        return answer.json()
