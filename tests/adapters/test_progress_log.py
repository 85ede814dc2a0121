import logging

import pytest

from airflow_provider_rekmedia.adapters import progress_log
from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that advances two seconds at each read."""

    class Clock:
        now = 0.0

        def monotonic(self):
            self.now += 2.0
            return self.now

    monkeypatch.setattr(progress_log, "time", Clock())


def messages(caplog):
    return [record.getMessage() for record in caplog.records]


def test_progress_is_logged_every_five_seconds(clock, caplog):
    caplog.set_level(logging.INFO)
    assert list(iter_with_progress("abcdefg", "Letters read")) == list("abcdefg")
    assert messages(caplog) == [
        "Letters read: 3 so far, 0.5 a second",
        "Letters read: 6 so far, 0.5 a second",
    ]


def test_the_clock_is_read_once_per_step(clock, caplog):
    caplog.set_level(logging.INFO)
    assert len(list(iter_with_progress(range(30), "Numbers read", step=10))) == 30
    assert messages(caplog) == ["Numbers read: 30 so far, 5.0 a second"]


def test_a_short_iteration_is_not_logged(caplog):
    caplog.set_level(logging.INFO)
    list(iter_with_progress(range(1000), "Numbers read"))
    assert not messages(caplog)
