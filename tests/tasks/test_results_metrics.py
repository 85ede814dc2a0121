from types import SimpleNamespace

import pytest
from core.report.reports import night_of, report_of
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.core.verdicts.image_counts import ImageCounts
from airflow_provider_rekmedia.tasks import results_metrics
from airflow_provider_rekmedia.tasks.results_metrics import send_results_metrics

COUNTS = ImageCounts(allow=1_500, review=400, block=100, failed=30, unaccounted=2)
VALUES = {"images": 2_000, "allow": 1_500, "review": 400, "block": 100, "failed": 30, "unaccounted": 2}


@pytest.fixture
def sent(monkeypatch):
    gauges = {}

    class Sink:
        @staticmethod
        def gauge(name, value, *, tags):
            assert tags == {"dag_id": "dag", "task_id": "results"}
            gauges[name.removeprefix("rekmedia.results.")] = value

    monkeypatch.setattr(results_metrics, "Stats", Sink)
    return gauges


def run_of(report=None):
    return SimpleNamespace(tally=SimpleNamespace(counts=COUNTS), billed=1_968, report=report)


def test_the_gauges_have_the_counts_and_the_cost(sent):
    send_results_metrics(FakeTaskInstance(task_id="results"), run_of())
    assert sent == VALUES | {"cost_usd": 1.968}


def test_with_a_report_the_cost_is_its_cost_and_an_alarm_is_a_gauge(sent):
    calm = [report_of(night_of(4, 10, 186), night=night) for night in range(8)]
    shifted = report_of(night_of(20, 10, 170), night=8, reports=calm)
    for report, alarm in ((shifted, 1), (calm[0], 0)):
        send_results_metrics(FakeTaskInstance(task_id="results"), run_of(SimpleNamespace(report=report)))
        assert sent == VALUES | {"cost_usd": 0.2, "drift_alarm": alarm}
