"""Reads the ids of a task instance in the path of a request."""

from typing import Final

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity

__all__ = ["path_identity"]

#: A larger number fits in no column of Airflow's database.
_MAX_DIGITS: Final = 9


def path_identity(dag_id: str, run_id: str, task_id: str, map_index: str) -> TaskIdentity:
    """
    Return the task instance of a path.

    :param map_index: If a task is not mapped, Airflow's tab leaves the text ``{MAP_INDEX}`` in the path.
    """
    is_index = map_index.isdecimal() and len(map_index) <= _MAX_DIGITS
    return TaskIdentity(dag_id, run_id, task_id, int(map_index) if is_index else -1)
