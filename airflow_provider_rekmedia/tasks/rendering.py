"""Explains templates that cannot be rendered."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from airflow.providers.common.compat.sdk import AirflowFailException
from jinja2 import UndefinedError

__all__ = ["template_errors"]


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
