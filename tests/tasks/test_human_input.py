"""Airflow's operator that waits for a person, or an error that says what is needed."""

import builtins
import importlib
import sys

import pytest

from airflow_provider_rekmedia.core.errors import ReviewUnavailable
from airflow_provider_rekmedia.tasks import human_input


@pytest.fixture
def older(monkeypatch):
    """The module as an older Airflow imports it."""
    real = builtins.__import__

    def refuse(name, *arguments, **options):
        if name == "airflow.providers.standard.operators.hitl":
            raise ModuleNotFoundError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    spec = importlib.util.spec_from_file_location("human_input_of_airflow_2", human_input.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_airflows_operator_a_task_says_what_it_needs(older):
    assert older.HAS_HUMAN_INPUT is False
    with pytest.raises(ReviewUnavailable, match=r"needs Airflow 3\.1 or later"):
        older.HumanInputOperator(task_id="review")
    with pytest.raises(ReviewUnavailable, match="decisions_file"):
        older.HumanInputOperator.partial(task_id="review")


@pytest.mark.skipif(not human_input.HAS_HUMAN_INPUT, reason="this Airflow cannot ask a person")
def test_with_it_a_task_is_airflows_operator():
    assert (
        human_input.HumanInputOperator
        is sys.modules["airflow.providers.standard.operators.hitl"].HITLOperator
    )
