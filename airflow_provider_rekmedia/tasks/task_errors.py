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

from airflow_provider_rekmedia.core.errors import NoCredentials, RekmediaError, WaitTimedOut

__all__ = ["sensor_errors", "skip_task", "task_errors"]


@contextmanager
def task_errors(aws_conn_id: str | None = None) -> Iterator[None]:
    """
    Translate what the block raises, so that Airflow retries only if a retry can help.

    :param aws_conn_id: The connection of the task, for the message of an error about credentials.
    :raises AirflowException: A retry can help.
    :raises AirflowFailException: A retry cannot help; Airflow fails the task at once and ignores its retries.
    """
    try:
        yield
    except RekmediaError as error:
        raise _exception_class(error)(_message(error, aws_conn_id)) from error


@contextmanager
def sensor_errors(aws_conn_id: str | None = None, *, soft: bool = False) -> Iterator[None]:
    """
    Translate what the block of a sensor raises, as :func:`task_errors` does; the timeout is different.

    :param aws_conn_id: As for :func:`task_errors`.
    :param soft: Whether to skip the task instead. Airflow does it itself when it pokes or resumes a sensor,
        but not before it defers one.
    :raises AirflowSensorTimeout: The deadline has passed. ``soft_fail`` needs this class.
    :raises AirflowSkipException: Any error, if *soft*.
    """
    try:
        yield
    except RekmediaError as error:
        kind = AirflowSensorTimeout if isinstance(error, WaitTimedOut) else _exception_class(error)
        raise (AirflowSkipException if soft else kind)(_message(error, aws_conn_id)) from error


def skip_task(reason: str) -> NoReturn:
    """
    End the task as skipped.

    :raises AirflowSkipException: Always.
    """
    raise AirflowSkipException(reason)


def _exception_class(error: RekmediaError) -> type[AirflowException]:
    return AirflowException if error.retryable else AirflowFailException


def _message(error: RekmediaError, aws_conn_id: str | None) -> str:
    return str(error.of_connection(aws_conn_id) if isinstance(error, NoCredentials) else error)
