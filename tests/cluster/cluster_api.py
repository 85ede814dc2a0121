"""The REST API of the cluster, which may be away for a while."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

from airflow_provider_rekmedia.demo.local_airflow.rest_api import AirflowApi, DagRun

_PATIENCE_S = 180.0


@dataclass(frozen=True)
class Attempt:
    """
    The newest try of a task instance.

    :param machine: the name of the machine that runs it; ``None`` before it runs
    :param pid: of the task's process
    """

    task_id: str
    map_index: int
    state: str | None
    try_number: int
    machine: str | None
    pid: int | None


class ClusterApi(AirflowApi):
    """Repeats reads while the api-server or its database is away."""

    def is_healthy(self) -> bool:
        try:
            return super().is_healthy()
        except (httpx.HTTPStatusError, TimeoutError):  # the database is away, or the machine is busy
            return False

    def trigger_with(self, dag_id: str, conf: dict[str, str]) -> DagRun:
        """Trigger a Dag with params, without a logical date."""
        body = {"logical_date": None, "conf": conf}
        return DagRun(dag_id, self._call("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def attempts(self, run: DagRun) -> list[Attempt]:
        response = self._call("GET", f"{run.path}/taskInstances")
        return [
            Attempt(
                task["task_id"],
                task["map_index"],
                task["state"],
                task["try_number"],
                task["hostname"] or None,
                task["pid"],
            )
            for task in response["task_instances"]
        ]

    def _call(self, method: str, path: str, **request: Any) -> Any:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return super()._call(method, path, **request)
            except (httpx.TransportError, httpx.HTTPStatusError, TimeoutError) as error:
                refused = isinstance(error, httpx.HTTPStatusError) and error.response.status_code < 500
                is_final = refused or method != "GET" or path == "/monitor/health"
                if is_final or time.monotonic() > deadline:
                    raise
                time.sleep(1.0)
