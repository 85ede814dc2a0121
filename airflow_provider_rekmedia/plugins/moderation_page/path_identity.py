"""Reads the ids of a task instance in the path of a request."""

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity

__all__ = ["path_identity"]


def path_identity(dag_id: str, run_id: str, task_id: str, map_index: str) -> TaskIdentity:
    """
    Return the task instance of a path.

    :param map_index: If a task is not mapped, Airflow's tab leaves the text ``{MAP_INDEX}`` in the path.
    """
    return TaskIdentity(dag_id, run_id, task_id, int(map_index) if map_index.isdecimal() else -1)
