"""Reads the running task instance, on every supported Airflow."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity

__all__ = ["TaskInstance", "task_clears", "task_identity"]


class TaskInstance(Protocol):
    """The members of ``context["ti"]`` that are used; the same on Airflow 2 and 3."""

    dag_id: str
    run_id: str
    task_id: str
    max_tries: int
    try_number: int

    @property
    def map_index(self) -> int | None:
        """0-based index of a mapped task; -1 or ``None`` if the task is not mapped."""


def task_identity(ti: TaskInstance) -> "TaskIdentity":
    """Return the identity of the task instance; it is the same in every try."""
    from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity  # noqa: PLC0415 keeps parsing cheap

    return TaskIdentity(ti.dag_id, ti.run_id, ti.task_id, -1 if ti.map_index is None else ti.map_index)


def task_clears(ti: TaskInstance, retries: int | None) -> int:
    """
    Return a number that changes when a user clears the task, and not on a retry.

    If a user clears a task, Airflow adds the tries so far to ``max_tries``. A retry leaves it unchanged.

    :param retries: The ``retries`` of the task. Editing them between two tries looks like a clear.
    """
    return ti.max_tries - (retries or 0)
