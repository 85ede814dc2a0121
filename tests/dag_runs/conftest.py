"""Dags that run in this process."""

import importlib.util
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

AIRFLOW_3 = version("apache-airflow") >= "3"


def load_dag(path: Path) -> Any:
    """Import a Dag file afresh, as the Dag processor does, and give its one Dag."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    named = [
        getattr(value, "results", value) for value in vars(module).values()
    ]  # of a task group, its last task
    return next(task.dag for task in named if isinstance(getattr(task, "dag_id", None), str))


@pytest.fixture
def run_dag(airflow_database, dags_folder) -> Callable[..., "DagRunSeen"]:
    """Run a Dag of the Dags folder to its end, in this process."""

    def run(name: str, *, at: datetime | None = None, retries: int = 0) -> DagRunSeen:
        dag = load_dag(dags_folder / f"{name}.py")
        for task in dag.tasks:
            hurry(task, retries)
        when = {"logical_date" if AIRFLOW_3 else "execution_date": at or datetime.now(UTC)}
        return DagRunSeen(dag.test(**when))

    return run


def hurry(task: Any, retries: int) -> None:
    """Poll fast, and retry at once: ``dag.test()`` sits every delay out."""
    changes = {"poll_interval": 0.2, "retries": retries, "retry_delay": timedelta(0)}
    if hasattr(task, "partial_kwargs"):
        if "poll_interval" not in task.operator_class.template_fields:
            del changes["poll_interval"]
        task.partial_kwargs |= changes
        return
    for name, value in changes.items():
        if hasattr(task, name):
            setattr(task, name, value)


class DagRunSeen:
    """A finished Dag run, read from the metadata database."""

    def __init__(self, dag_run: Any) -> None:
        self._dag_run = dag_run
        self.state = str(dag_run.state)

    def states(self) -> dict[str, str]:
        return {
            f"{ti.task_id}[{ti.map_index}]" if ti.map_index >= 0 else ti.task_id: str(ti.state)
            for ti in self._dag_run.get_task_instances()
        }

    def tries(self) -> dict[str, int]:
        return {ti.task_id: ti.try_number for ti in self._dag_run.get_task_instances()}

    def xcom(self, task_id: str, key: str = "return_value", map_index: int = -1) -> Any:
        ti = next(
            ti
            for ti in self._dag_run.get_task_instances()
            if (ti.task_id, ti.map_index) == (task_id, map_index)
        )
        return ti.xcom_pull(task_ids=task_id, key=key, map_indexes=map_index)
