"""What we need to know of the running task instance, on every supported Airflow."""

from typing import Protocol

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity

__all__ = ["TaskInstance", "task_clears", "task_identity"]


class TaskInstance(Protocol):
    """The members of ``context["ti"]`` that are read here; the same on Airflow 2 and 3."""

    dag_id: str
    run_id: str
    task_id: str
    max_tries: int

    @property
    def map_index(self) -> int | None:
        """0-based index of a mapped task; -1 or ``None`` when it is not mapped."""


def task_identity(ti: TaskInstance) -> TaskIdentity:
    """Tell who the task instance is, whatever try this is."""
    return TaskIdentity(ti.dag_id, ti.run_id, ti.task_id, -1 if ti.map_index is None else ti.map_index)


def task_clears(ti: TaskInstance, retries: int | None) -> int:
    """
    Tell a clear by a user from a retry.

    Airflow raises ``max_tries`` by the tries already used when a user clears a task, and leaves it on a
    retry.

    :param retries: The task's own ``retries``; editing them between tries looks like a clear.
    :return: A number that is the same for all tries between two clears.
    """
    return ti.max_tries - (retries or 0)
