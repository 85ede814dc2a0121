"""The calls of Airflow's REST API (v2, Airflow 3) that the demo and the tests need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import httpx

from .log_tail import format_entry

__all__ = ["AirflowApi", "DagRun", "TaskRun"]

_TIMEOUT_S: Final = 60.0
_COMPONENTS: Final = ("metadatabase", "scheduler", "triggerer", "dag_processor")


@dataclass(frozen=True)
class TaskRun:
    """
    One task instance of a run.

    :param map_index: -1 if the task is not mapped
    :param state: ``None`` before it is scheduled
    :param started_at: ISO 8601; ``None`` before it started
    :param duration_s: from start to end, with the time it was deferred; ``None`` before it ended
    :param try_number: 1-based; a task that resumes after a deferral continues the same try
    """

    task_id: str
    map_index: int
    state: str | None
    started_at: str | None
    duration_s: float | None
    try_number: int

    @property
    def label(self) -> str:
        """The task with its map index: ``moderate[0]``."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


@dataclass(frozen=True)
class DagRun:
    """The ids of a run."""

    dag_id: str
    run_id: str

    @property
    def path(self) -> str:
        """Its path in the API."""
        return f"/dags/{self.dag_id}/dagRuns/{quote(self.run_id)}"


class AirflowApi:
    """
    The REST API of an Airflow without login.

    :param url: of the api-server, without a path
    """

    def __init__(self, url: str) -> None:
        # No proxy and no .netrc: this Airflow listens on loopback.
        self._client = httpx.Client(base_url=f"{url}/api/v2", timeout=_TIMEOUT_S, trust_env=False)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def is_healthy(self) -> bool:
        """Return whether all components are healthy; ``False`` while the api-server does not listen."""
        try:
            health = self._call("GET", "/monitor/health")
        except httpx.TransportError:
            return False
        return all((health.get(name) or {}).get("status") == "healthy" for name in _COMPONENTS)

    def import_errors(self) -> list[str]:
        """List the Dag files that could not be imported, each with its traceback."""
        errors = self._call("GET", "/importErrors")["import_errors"]
        return [f"{error['filename']}:\n{error['stack_trace']}" for error in errors]

    def has_dag(self, dag_id: str) -> bool:
        """Return whether a Dag is loaded."""
        return self._client.get(f"/dags/{dag_id}").is_success

    def trigger(
        self, dag_id: str, *, logical_date: datetime | None = None, params: Mapping[str, Any] | None = None
    ) -> DagRun:
        """
        Start a run.

        :param logical_date: aware; the Dag's timetable infers the data interval from it; with ``None`` the
            run has neither
        :param params: other values than the Dag's defaults
        """
        body = {
            "logical_date": logical_date.isoformat() if logical_date else None,
            "conf": dict(params or {}),
        }
        return DagRun(dag_id, self._call("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def state(self, run: DagRun) -> str:
        """Return the state of a run: ``queued``, ``running``, ``success`` or ``failed``."""
        return str(self._call("GET", run.path)["state"])

    def tasks(self, run: DagRun) -> list[TaskRun]:
        """List a run's task instances, in no particular order."""
        response = self._call("GET", f"{run.path}/taskInstances")
        return [
            TaskRun(
                task["task_id"],
                task["map_index"],
                task["state"],
                task["start_date"],
                task["duration"],
                task["try_number"],
            )
            for task in response["task_instances"]
        ]

    def xcom(self, run: DagRun, task_id: str, *, key: str = "return_value", map_index: int = -1) -> Any:
        """
        Read an XCom.

        :raises HTTPStatusError: 404, the task has no XCom with this key
        """
        path = f"{run.path}/taskInstances/{task_id}/xcomEntries/{key}"
        return self._call("GET", path, params={"map_index": map_index, "deserialize": "true"})["value"]

    def links(self, run: DagRun, task: TaskRun) -> dict[str, str | None]:
        """Return the extra links of a task: name to URL."""
        path = f"{run.path}/taskInstances/{task.task_id}/links"
        return dict(self._call("GET", path, params={"map_index": task.map_index})["extra_links"])

    def log(self, run: DagRun, task: TaskRun) -> str:
        """Read the log of a task's first try."""
        path = f"{run.path}/taskInstances/{task.task_id}/logs/1"
        content = self._call("GET", path, params={"map_index": task.map_index})["content"]
        return "\n".join(map(format_entry, content))

    def _call(self, method: str, path: str, **request: Any) -> Any:
        try:
            response = self._client.request(method, path, **request)
            if response.status_code == httpx.codes.UNAUTHORIZED and self._get_token():
                response = self._client.request(method, path, **request)
        except httpx.TimeoutException as error:
            msg = f"Airflow's API did not respond within {_TIMEOUT_S:.0f} s: {method} {path}"
            raise TimeoutError(msg) from error
        response.raise_for_status()
        return response.json()

    def _get_token(self) -> bool:
        """Get the token that Airflow 3.0 and 3.1 want even without a login; return whether there is one."""
        response = self._client.get(self._client.base_url.join("/auth/token"))
        if response.is_success:
            self._client.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
        return response.is_success
