import pytest
from core.errors.error_tree import build, leaves

from airflow_provider_rekmedia.airflow_compat import AirflowException, AirflowFailException
from airflow_provider_rekmedia.tasks.task_errors import task_errors


@pytest.mark.parametrize("kind", leaves())
def test_only_retryable_errors_are_retried_by_airflow(kind):
    error = build(kind)
    with pytest.raises(AirflowException) as caught, task_errors():
        raise error
    assert isinstance(caught.value, AirflowFailException) is not error.retryable
    assert str(caught.value) == str(error)
    assert caught.value.__cause__ is error


def test_other_exceptions_pass():
    with pytest.raises(ZeroDivisionError), task_errors():
        raise ZeroDivisionError


def test_a_block_without_an_error_passes():
    with task_errors():
        pass
