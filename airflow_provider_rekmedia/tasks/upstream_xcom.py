"""Reads an XCom that an upstream task may not have pushed, and the state of that task."""

from collections.abc import Mapping
from typing import Any

from airflow_provider_rekmedia.airflow_compat import LazyXComSequence, XComArg, XComNotFound

__all__ = ["fetch_task_state", "read_at_once", "resolve_or_none", "task_id_of"]


def resolve_or_none(reference: XComArg, context: Any) -> Any:
    """Return the value of an XCom; ``None`` if the task did not push it, because it was skipped or failed."""
    try:
        return reference.resolve(context)
    except XComNotFound:
        return None


def read_at_once(value: Any) -> Any:
    """
    Read the XComs of a mapped task with one call of the api-server.

    Airflow passes them as a lazy sequence. In Airflow 3, its iteration is one call per task, and a last one
    that fails and is logged as an error. A slice is one call, but Airflow 3.0.0 has no slices yet.

    :param value: What a template field was rendered to.
    :return: A list, in the order of the map indexes; any other value as it is.
    """
    if not isinstance(value, LazyXComSequence):
        return value
    try:
        return value[:]
    except TypeError:
        return list(value)


def task_id_of(reference: XComArg) -> str | None:
    """Return the task that pushes an XCom; ``None`` if there are several, as for ``zip``."""
    task_id: str | None = getattr(getattr(reference, "operator", None), "task_id", None)
    return task_id


def fetch_task_state(context: Mapping[str, Any], task_id: str) -> str:
    """
    Fetch the state of another task of the same run.

    :return: As Airflow spells it, for example ``skipped`` or ``upstream_failed``; ``unknown`` if it has none.
    """
    ti = context["ti"]
    if hasattr(ti, "get_task_states"):  # Airflow 3: a task has no access to the database
        states = ti.get_task_states(dag_id=ti.dag_id, task_ids=[task_id], run_ids=[ti.run_id])
        state = states.get(ti.run_id, {}).get(task_id)
    else:
        other = context["dag_run"].get_task_instance(task_id)
        state = other.state if other else None
    return str(getattr(state, "value", state) or "unknown")
