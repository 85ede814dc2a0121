"""Airflow's operator that waits for a person, or an error that says what is needed."""

import importlib
import sys

import pytest

from airflow_provider_rekmedia.core.errors import ReviewUnavailable
from airflow_provider_rekmedia.tasks import human_input


@pytest.fixture(params=["2.11.0", "without the provider"])
def older(monkeypatch, request):
    """The module as an older Airflow imports it."""
    if request.param == "2.11.0":
        monkeypatch.setattr("airflow.__version__", request.param)
    else:
        monkeypatch.setitem(sys.modules, "airflow.providers.standard.operators.hitl", None)
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
