import logging

from airflow_provider_rekmedia.core.identity import TaskIdentity
from airflow_provider_rekmedia.core.per_image import Progress
from airflow_provider_rekmedia.hooks import progress
from airflow_provider_rekmedia.hooks.progress import log_progress, progress_teller

HALF = Progress(total=100, done=50, failed=2, tps=10.0, throttled=3)


def test_a_line_says_rate_done_left_errors_and_the_time_to_go(caplog):
    caplog.set_level(logging.INFO)
    log_progress(logging.getLogger("task"), HALF)

    assert caplog.messages == [
        "50 of 100 images done, 2 of them failed; 50 left. 10.0 a second, 3 calls throttled; time to go: 5 s"
    ]


def test_before_the_first_answer_the_time_to_go_is_unknown(caplog):
    caplog.set_level(logging.INFO)
    log_progress(logging.getLogger("task"), Progress(total=9, done=0, failed=0, tps=0.0, throttled=0))

    assert "time to go: unknown" in caplog.text


def test_metrics_are_gauges_of_the_task(monkeypatch):
    sent = {}

    class Sink:
        @staticmethod
        def gauge(name, value, *, tags):
            sent[name] = (value, tags["dag_id"], tags["task_id"])

    monkeypatch.setattr(progress, "Stats", Sink)
    progress_teller(logging.getLogger("task"), TaskIdentity("nightly", "run", "moderate", 3))(HALF)

    assert sent == {
        f"rekmedia.per_image.{name}": (value, "nightly", "moderate")
        for name, value in {"done": 50, "failed": 2, "left": 50, "tps": 10.0, "throttled": 3}.items()
    }
