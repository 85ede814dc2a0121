"""Finds reviews that wait for a person in Airflow's database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import select

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity

from . import REVIEW_OPERATOR

__all__ = ["MAX_REVIEWS", "OpenReview", "find_open_reviews", "find_open_reviews_of_run"]

#: Most reviews on one page.
MAX_REVIEWS: Final = 200

#: Airflow keeps the question of a task that failed or was cleared. Only these states wait for an answer.
_WAITS: Final = ("awaiting_input", "deferred")


@dataclass(frozen=True, slots=True)
class OpenReview:
    """
    A review that nobody has answered.

    :param subject: The question, which says how many images there are; untrusted text.
    :param asked_at: Aware.
    """

    identity: TaskIdentity
    subject: str
    asked_at: datetime


def find_open_reviews_of_run(dag_id: str, run_id: str) -> list[OpenReview]:
    """Find the open reviews of a run, oldest first, at most :data:`MAX_REVIEWS`."""
    return _find(TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id)


def find_open_reviews(dag_ids: Collection[str]) -> list[OpenReview]:
    """Find the open reviews of Dags, oldest first, at most :data:`MAX_REVIEWS`."""
    return _find(TaskInstance.dag_id.in_(dag_ids))


def _find(*where: Any) -> list[OpenReview]:
    ids = (TaskInstance.dag_id, TaskInstance.run_id, TaskInstance.task_id, TaskInstance.map_index)
    query = (
        select(*ids, HITLDetail.subject, HITLDetail.created_at)
        .join(TaskInstance, HITLDetail.ti_id == TaskInstance.id)
        .where(
            HITLDetail.responded_at.is_(None),
            TaskInstance.operator == REVIEW_OPERATOR,
            TaskInstance.state.in_(_WAITS),
            *where,
        )
        .order_by(HITLDetail.created_at, *ids)
        .limit(MAX_REVIEWS)
    )
    with create_session(scoped=False) as session:
        return [
            OpenReview(TaskIdentity(*row[:4]), row.subject, row.created_at) for row in session.execute(query)
        ]
