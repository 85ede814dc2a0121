"""The question that a review task asks, as Airflow stores it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import select

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity

__all__ = ["Question", "find_question"]


@dataclass(frozen=True, slots=True)
class Question:
    """
    A question, and its answer.

    :param state: The state of the task instance.
    :param assigned: Who may answer: ``{"id", "name"}`` of each; empty is everyone with the permission.
    :param responded_at: When it was answered, aware; ``None`` while it is open.
    :param responded_by: Who answered; ``None`` while it is open, and after a timeout.
    :param params_input: The answer; anything that a JSON document can be.
    """

    state: str | None
    assigned: Sequence[dict[str, str]]
    responded_at: datetime | None
    responded_by: str | None
    params_input: Any


def find_question(identity: TaskIdentity) -> Question | None:
    """Return the question of a task instance; ``None`` if it has asked none."""
    query = (
        select(
            TaskInstance.state,
            HITLDetail.assignees,
            HITLDetail.responded_at,
            HITLDetail.responded_by,
            HITLDetail.params_input,
        )
        .join(TaskInstance, HITLDetail.ti_id == TaskInstance.id)
        .where(
            TaskInstance.dag_id == identity.dag_id,
            TaskInstance.run_id == identity.run_id,
            TaskInstance.task_id == identity.task_id,
            TaskInstance.map_index == identity.map_index,
        )
    )
    with create_session(scoped=False) as session:
        row = session.execute(query).one_or_none()
    if row is None:
        return None
    name = row.responded_by.get("name") if row.responded_by else None
    return Question(row.state, row.assignees or (), row.responded_at, name, row.params_input)
