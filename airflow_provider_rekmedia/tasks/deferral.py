"""Defers a task to a trigger; the operator and the sensor share it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn, Protocol

from airflow.triggers.base import BaseTrigger

__all__ = ["DeferrableTask", "connection_arguments", "defer_task"]

#: How long Airflow waits after the trigger's deadline. It fails the task then, so only if no triggerer runs.
_TRIGGERER_GRACE: Final = timedelta(minutes=10)


class DeferrableTask(Protocol):
    """What a task needs to be deferred: its connection, and Airflow's ``defer``."""

    aws_conn_id: str | None
    region_name: str | None
    verify: bool | str | None
    botocore_config: dict[str, Any] | None

    def defer(self, *, trigger: Any, method_name: str, timeout: timedelta) -> NoReturn:
        """Release the worker; Airflow calls *method_name* after the trigger has fired."""


def connection_arguments(task: DeferrableTask) -> dict[str, Any]:
    """Return the connection arguments of a task, for its trigger."""
    return {
        "aws_conn_id": task.aws_conn_id,
        "region_name": task.region_name,
        "verify": task.verify,
        "botocore_config": task.botocore_config,
    }


def defer_task(task: DeferrableTask, trigger: BaseTrigger, *, method_name: str, until: datetime) -> NoReturn:
    """
    Release the worker until the trigger fires.

    :param method_name: The method of the task that Airflow calls then.
    :param until: When the trigger fires at the latest, aware.
    """
    timeout = until - datetime.now(UTC) + _TRIGGERER_GRACE
    task.defer(trigger=trigger, method_name=method_name, timeout=timeout)
