"""The only place that turns our errors into Airflow's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from airflow_provider_rekmedia.airflow_compat import (
    AirflowException,
    AirflowFailException,
    AirflowSensorTimeout,
    AirflowSkipException,
)
from airflow_provider_rekmedia.core.errors import RekmediaError, WaitTimedOut

__all__ = ["sensor_errors", "skip_task", "task_errors"]


@contextmanager
def task_errors() -> Iterator[None]:
    """
    Translate what the block raises, so that Airflow retries only where a retry can help.

    :raises AirflowException: A retry can help.
    :raises AirflowFailException: It cannot; Airflow fails the task at once, whatever retries are left.
    """
    try:
        yield
    except RekmediaError as error:
        raise _kind_of(error)(str(error)) from error


@contextmanager
def sensor_errors(*, soft: bool = False) -> Iterator[None]:
    """
    Translate what the block of a sensor raises, as :func:`task_errors` does, but for the timeout.

    :param soft: Whether to skip the task instead. Airflow does so by itself while it pokes and when it
        resumes a sensor, and not before it defers one.
    :raises AirflowSensorTimeout: The deadline has passed: the name by which ``soft_fail`` knows it.
    :raises AirflowSkipException: Anything, when *soft*.
    """
    try:
        yield
    except RekmediaError as error:
        kind = AirflowSensorTimeout if isinstance(error, WaitTimedOut) else _kind_of(error)
        raise (AirflowSkipException if soft else kind)(str(error)) from error


def skip_task(reason: str) -> NoReturn:
    """
    End the task as skipped.

    :raises AirflowSkipException: Always.
    """
    raise AirflowSkipException(reason)


def _kind_of(error: RekmediaError) -> type[AirflowException]:
    return AirflowException if error.retryable else AirflowFailException
