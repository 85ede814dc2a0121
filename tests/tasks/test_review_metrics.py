import pytest
from core.report.qualities import review_quality
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.core.learning.review_quality import measure_review_quality
from airflow_provider_rekmedia.tasks import review_metrics
from airflow_provider_rekmedia.tasks.review_metrics import send_review_metrics


@pytest.fixture
def sent(monkeypatch):
    gauges = {}

    class Sink:
        @staticmethod
        def gauge(name, value, *, tags):
            assert tags == {"dag_id": "dag", "task_id": "finish"}
            gauges[name] = value

    monkeypatch.setattr(review_metrics, "Stats", Sink)
    return gauges


def test_estimates_are_gauges(sent):
    quality = review_quality()
    send_review_metrics(FakeTaskInstance(task_id="finish"), quality)
    assert sent == {
        "rekmedia.review.undecided": 0,
        "rekmedia.review.allowed_violations_pct": quality.allowed.share.value,
        "rekmedia.review.recall_pct": quality.recall.value,
        "rekmedia.review.kappa": quality.agreement.kappa.value,
    }


def test_an_estimate_without_enough_data_is_not_sent(sent):
    send_review_metrics(FakeTaskInstance(task_id="finish"), measure_review_quality([], runs=0, flagged={}))
    assert sent == {"rekmedia.review.undecided": 0}
