"""Finds results tasks in Airflow's database."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from airflow.models.dagrun import DagRun
from airflow.models.renderedtifields import RenderedTaskInstanceFields
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from sqlalchemy import and_, func, select

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity

from . import RESULTS_OPERATOR

__all__ = [
    "MAX_TASKS",
    "RUNS_PER_DAG",
    "ResultsTask",
    "find_newest",
    "find_of_run",
    "find_rendered_fields",
    "find_state",
]

#: Most tasks on one page.
MAX_TASKS: Final = 200
#: How many of the last runs of each Dag the list has.
RUNS_PER_DAG: Final = 7

_IS_RESULTS: Final = TaskInstance.operator == RESULTS_OPERATOR


@dataclass(frozen=True, slots=True)
class ResultsTask:
    """
    A results task of one run.

    :param headline: The sentence of its XCom ``report``; untrusted text, empty without a report.
    :param drift: The status of its XCom ``report``, or empty.
    """

    identity: TaskIdentity
    state: str | None
    run_after: datetime
    headline: str
    drift: str

    @property
    def label(self) -> str:
        """The task, with its map index."""
        index = self.identity.map_index
        return self.identity.task_id if index < 0 else f"{self.identity.task_id} [{index}]"


def find_of_run(dag_id: str, run_id: str) -> list[ResultsTask]:
    """Find the results tasks of a run, at most :data:`MAX_TASKS`."""
    return _find(DagRun.dag_id == dag_id, DagRun.run_id == run_id)


def find_newest(dag_ids: Collection[str]) -> list[ResultsTask]:
    """Find the results tasks of the last runs of Dags, newest first, at most :data:`MAX_TASKS`."""
    # Only the last runs: to search all task instances would take seconds, because operators are not indexed.
    age = func.row_number().over(partition_by=DagRun.dag_id, order_by=DagRun.run_after.desc())
    aged = select(DagRun.id.label("id"), age.label("age")).where(DagRun.dag_id.in_(dag_ids)).subquery()
    return _find(DagRun.id.in_(select(aged.c.id).where(aged.c.age <= RUNS_PER_DAG)))


def find_state(identity: TaskIdentity) -> str | None:
    """Return the state of a task instance; ``None`` if it has none, or does not exist."""
    with create_session(scoped=False) as session:
        state: str | None = session.scalar(select(TaskInstance.state).where(*_is(TaskInstance, identity)))
        return state


def find_rendered_fields(identity: TaskIdentity) -> Mapping[str, Any] | None:
    """Return the rendered template fields of a task instance; ``None`` if Airflow has none."""
    table = RenderedTaskInstanceFields
    with create_session(scoped=False) as session:
        fields: Mapping[str, Any] | None = session.scalar(
            select(table.rendered_fields).where(*_is(table, identity))
        )
        return fields


def _is(table: Any, identity: TaskIdentity) -> list[Any]:
    return [
        table.dag_id == identity.dag_id,
        table.run_id == identity.run_id,
        table.task_id == identity.task_id,
        table.map_index == identity.map_index,
    ]


def _find(*where: Any) -> list[ResultsTask]:
    ids = ("dag_id", "run_id", "task_id", "map_index")
    report = and_(
        XComModel.key == "report", *(getattr(XComModel, name) == getattr(TaskInstance, name) for name in ids)
    )
    query = (
        select(
            *(getattr(TaskInstance, name) for name in ids),
            TaskInstance.state,
            DagRun.run_after,
            XComModel.value,
        )
        .join(DagRun, and_(TaskInstance.dag_id == DagRun.dag_id, TaskInstance.run_id == DagRun.run_id))
        .outerjoin(XComModel, report)
        .where(_IS_RESULTS, *where)
        .order_by(DagRun.run_after.desc(), TaskInstance.dag_id, TaskInstance.task_id, TaskInstance.map_index)
        .limit(MAX_TASKS)
    )
    with create_session(scoped=False) as session:
        return [
            ResultsTask(TaskIdentity(*row[:4]), row.state, row.run_after, *_summary(row.value))
            for row in session.execute(query)
        ]


def _summary(xcom: Any) -> tuple[str, str]:
    """Return headline and drift of a stored XCom, which anyone who may edit XComs may have changed."""
    try:
        value = json.loads(xcom) if isinstance(xcom, str) else xcom
    except ValueError:
        value = None
    if not isinstance(value, Mapping):
        return "", ""
    headline, drift = value.get("headline"), value.get("drift")
    return headline if isinstance(headline, str) else "", drift if isinstance(drift, str) else ""
