import logging

import pytest

from airflow_provider_rekmedia.adapters import progress_log
from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on by two seconds whenever somebody looks at it."""

    class Clock:
        now = 0.0

        def monotonic(self):
            self.now += 2.0
            return self.now

    monkeypatch.setattr(progress_log, "time", Clock())


def told(caplog):
    return [record.getMessage() for record in caplog.records]


def test_a_line_comes_every_five_seconds_and_the_items_as_they_are(clock, caplog):
    caplog.set_level(logging.INFO)
    assert list(iter_with_progress("abcdefg", "Letters read")) == list("abcdefg")
    assert told(caplog) == ["Letters read: 3 so far, 0.5 a second", "Letters read: 6 so far, 0.5 a second"]


def test_the_clock_is_looked_at_once_in_a_step(clock, caplog):
    caplog.set_level(logging.INFO)
    assert len(list(iter_with_progress(range(30), "Numbers read", step=10))) == 30
    assert told(caplog) == ["Numbers read: 30 so far, 5.0 a second"]


def test_what_is_quick_is_not_told(caplog):
    caplog.set_level(logging.INFO)
    list(iter_with_progress(range(1000), "Numbers read"))
    assert not told(caplog)
