"""Where the review page of a task instance is."""

from urllib.parse import quote

__all__ = ["review_path"]


def review_path(dag_id: str, run_id: str, task_id: str, map_index: int) -> str:
    """
    Return the path of the review page of a task instance, below the base URL of Airflow.

    :param map_index: 0-based index of a mapped task; -1 if the task is not mapped.
    :return: Without a slash at its start; each id is percent-encoded.
    """
    dag, run, task = (quote(part, safe="") for part in (dag_id, run_id, task_id))
    return f"rekmedia/dags/{dag}/runs/{run}/tasks/{task}/{map_index}/review"
