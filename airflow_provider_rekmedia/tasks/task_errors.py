"""Translates this package's errors to Airflow's exceptions. No other module does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn

from jinja2 import UndefinedError

from airflow_provider_rekmedia.airflow_compat import (
    AirflowException,
    AirflowFailException,
    AirflowNotFoundException,
    AirflowSensorTimeout,
    AirflowSkipException,
)
from airflow_provider_rekmedia.core.errors import JobFailed, NoCredentials, RekmediaError, WaitTimedOut

__all__ = [
    "missing_connections",
    "poke_timeouts",
    "sensor_errors",
    "skip_task",
    "task_errors",
    "template_errors",
]


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
    Translate what the block of a sensor raises, equally in all modes: poke, reschedule and deferrable.

    :param aws_conn_id: As for :func:`task_errors`.
    :param soft: Whether to skip the task instead. Airflow itself skips after some errors in some modes only.
    :raises AirflowSensorTimeout: The deadline has passed.
    :raises AirflowFailException: The job FAILED. A retry of the sensor would read the same FAILED job.
    :raises AirflowSkipException: Any error, if *soft*.
    """
    try:
        yield
    except RekmediaError as error:
        kind = AirflowSkipException if soft else _sensor_exception_class(error)
        raise kind(_message(error, aws_conn_id)) from error


@contextmanager
def poke_timeouts(job_id: str, timeout_s: float) -> Iterator[None]:
    """
    Name the job in the timeout of a sensor that pokes; Airflow's own message does not.

    :param timeout_s: The ``timeout`` of the sensor, in seconds.
    :raises WaitTimedOut: Airflow ended the wait.
    """
    try:
        yield
    except AirflowSensorTimeout as timeout:
        status = f"not final after {timeout_s:g} s of waiting"
        ended_at = datetime.now(UTC).isoformat()
        raise WaitTimedOut(job_id=job_id, status=status, deadline_at=ended_at) from timeout


@contextmanager
def template_errors(context: Mapping[str, Any]) -> Iterator[None]:
    """
    Explain a value that a template uses and the run does not have.

    Since Airflow 3, a run may have no logical date. Then Jinja only says that a name is undefined.

    :param context: The context that the templates are rendered with.
    :raises AirflowFailException: A value is undefined, and the run has no logical date. A retry cannot help.
    """
    try:
        yield
    except UndefinedError as error:
        if context["dag_run"].logical_date is not None:
            raise
        message = (
            f"A template cannot be rendered: {error}. This run has no logical date, so it has neither a data "
            "interval nor ds, ts or logical_date. Trigger it with a logical date, or use dag_run.run_after "
            'in the template: "{{ data_interval_start if dag_run.logical_date else dag_run.run_after - '
            'macros.timedelta(days=1) }}".'
        )
        raise AirflowFailException(message) from error


@contextmanager
def missing_connections(instead: Exception) -> Iterator[None]:
    """
    Replace Airflow's exception for a connection that does not exist.

    :param instead: What to raise.
    """
    try:
        yield
    except AirflowNotFoundException as error:
        raise instead from error


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


def _message(error: RekmediaError, aws_conn_id: str | None) -> str:
    return str(error.of_connection(aws_conn_id) if isinstance(error, NoCredentials) else error)
