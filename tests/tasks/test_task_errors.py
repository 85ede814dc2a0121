from types import SimpleNamespace

import pytest
from core.errors.error_tree import build, leaves
from jinja2 import Environment, StrictUndefined, UndefinedError

from airflow_provider_rekmedia.airflow_compat import (
    AirflowException,
    AirflowFailException,
    AirflowNotFoundException,
)
from airflow_provider_rekmedia.core.errors import NoCredentials
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.tasks.task_errors import missing_connections, task_errors


@pytest.mark.parametrize("kind", leaves())
def test_only_retryable_errors_are_retried_by_airflow(kind):
    error = build(kind)
    with pytest.raises(AirflowException) as caught, task_errors("nightly"):
        raise error
    assert isinstance(caught.value, AirflowFailException) is not error.retryable
    message = str(error.of_connection("nightly") if isinstance(error, NoCredentials) else error)
    assert str(caught.value) == message
    assert caught.value.__cause__ is error


def test_other_exceptions_pass():
    with pytest.raises(ZeroDivisionError), task_errors():
        raise ZeroDivisionError


def test_a_block_without_an_error_passes():
    with task_errors():
        pass


def test_a_missing_connection_raises_what_the_caller_wants():
    wanted = LookupError("no such connection")
    with pytest.raises(LookupError, match="no such connection"), missing_connections(wanted):
        raise AirflowNotFoundException
    with pytest.raises(ZeroDivisionError), missing_connections(LookupError()):
        raise ZeroDivisionError


def render(logical_date):
    operator = RekognitionCreateManifestOperator(
        task_id="manifest",
        source="s3://photos/{{ ds }}/",
        manifest_prefix="s3://photos/m/",
    )
    context = {"dag_run": SimpleNamespace(logical_date=logical_date)}
    operator.render_template_fields(context, Environment(undefined=StrictUndefined, autoescape=True))


def test_a_run_without_a_logical_date_is_told_apart_from_a_misspelt_name():
    with pytest.raises(AirflowFailException, match=r"'ds' is undefined.*no logical date.*dag_run\.run_after"):
        render(None)
    with pytest.raises(UndefinedError, match="'ds' is undefined"):
        render("2026-11-20")
