import logging

import pytest

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.per_image.progress import Progress
from airflow_provider_rekmedia.tasks import progress
from airflow_provider_rekmedia.tasks.progress import log_progress, progress_reporter

HALF = Progress(total=100, done=50, failed=2, tps=10.0, throttled=3)


def test_a_line_has_rate_done_left_errors_and_remaining_time(caplog):
    caplog.set_level(logging.INFO)
    log_progress(logging.getLogger("task"), HALF)

    assert caplog.messages == [
        "50 of 100 images done, 2 of them failed; 50 left. 10.0 a second, 3 calls throttled; time to go: 5 s"
    ]


def test_before_the_first_result_the_remaining_time_is_unknown(caplog):
    caplog.set_level(logging.INFO)
    log_progress(logging.getLogger("task"), Progress(total=9, done=0, failed=0, tps=0.0, throttled=0))

    assert "time to go: unknown" in caplog.text


@pytest.fixture
def sent(monkeypatch):
    """The gauges, by their name and tags, as a metrics backend keeps them apart."""
    gauges = {}

    class Sink:
        @staticmethod
        def gauge(name, value, *, tags):
            gauges[name, tuple(tags.items())] = value

    monkeypatch.setattr(progress, "Stats", Sink)
    return gauges


def tell(map_index):
    progress_reporter(logging.getLogger("task"), TaskIdentity("nightly", "run", "moderate", map_index))(HALF)


def test_metrics_are_gauges_of_the_task(sent):
    tell(-1)

    tags = (("dag_id", "nightly"), ("task_id", "moderate"), ("map_index", "-1"))
    assert sent == {
        (f"rekmedia.per_image.{name}", tags): value
        for name, value in {"done": 50, "failed": 2, "left": 50, "tps": 10.0, "throttled": 3}.items()
    }


def test_mapped_tasks_have_their_own_gauges(sent):
    for map_index in range(3):
        tell(map_index)

    assert len(sent) == 3 * 5
