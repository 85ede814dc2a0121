"""The only place that turns our errors into Airflow's."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

from airflow_provider_rekmedia.core.errors import RekmediaError

__all__ = ["task_errors"]


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
        kind = AirflowException if error.retryable else AirflowFailException
        raise kind(str(error)) from error
