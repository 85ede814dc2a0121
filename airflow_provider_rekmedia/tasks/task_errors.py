"""Translates this package's errors to Airflow's exceptions. No other module does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from airflow.providers.common.compat.sdk import (
    AirflowException,
    AirflowFailException,
    AirflowSensorTimeout,
    AirflowSkipException,
)

from airflow_provider_rekmedia.core.errors import JobFailed, RekmediaError, WaitTimedOut

__all__ = ["sensor_errors", "skip_task", "task_errors"]


@contextmanager
def task_errors() -> Iterator[None]:
    """
    Translate what the block raises, so that Airflow retries only if a retry can help.

    :raises AirflowException: A retry can help.
    :raises AirflowFailException: A retry cannot help; Airflow fails the task at once and ignores its retries.
    """
    try:
        yield
    except RekmediaError as error:
        raise _exception_class(error)(str(error)) from error


@contextmanager
def sensor_errors(*, soft: bool = False) -> Iterator[None]:
    """
    Translate what the block of a sensor raises, equally in all modes: poke, reschedule and deferrable.

    :param soft: Whether to skip the task instead. Airflow itself skips after some errors in some modes only.
    :raises AirflowSensorTimeout: The deadline has passed.
    :raises AirflowFailException: The job FAILED. A retry of the sensor would read the same FAILED job.
    :raises AirflowSkipException: Any error, if *soft*.
    """
    try:
        yield
    except RekmediaError as error:
        raise (AirflowSkipException if soft else _sensor_exception_class(error))(str(error)) from error


def skip_task(reason: str) -> NoReturn:
    """
    End the task as skipped.

    :raises AirflowSkipException: Always.
    """
    raise AirflowSkipException(reason)


def _sensor_exception_class(error: RekmediaError) -> type[AirflowException]:
    match error:
        case WaitTimedOut():
            return AirflowSensorTimeout
        case JobFailed():
            return AirflowFailException
        case _:
            return _exception_class(error)


def _exception_class(error: RekmediaError) -> type[AirflowException]:
    return AirflowException if error.retryable else AirflowFailException
