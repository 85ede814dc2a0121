import pytest

from airflow_provider_rekmedia.core.learning.combined_intervals import Estimated
from airflow_provider_rekmedia.core.learning.recall import recall_of
from airflow_provider_rekmedia.core.report.intervals import Interval, wilson_interval


def test_recall_counts_what_the_audit_found():
    found = recall_of(
        Estimated(215, Interval(215, 215)),
        allowed_images=9_785,
        missed=Estimated(48 / 9_785, wilson_interval(48, 9_785)),
    )
    assert found.value == pytest.approx(215 / 263)
    # With a known number of flagged violations, the bounds are those of the miss rate.
    assert found.interval.high == pytest.approx(215 / (215 + 9_785 * wilson_interval(48, 9_785).low))
    assert found.interval.low == pytest.approx(215 / (215 + 9_785 * wilson_interval(48, 9_785).high))


def test_recall_without_a_missed_violation_is_not_certain():
    found = recall_of(
        Estimated(200, Interval(180, 210)),
        allowed_images=10_000,
        missed=Estimated(0.0, wilson_interval(0, 500)),
    )
    assert found.value == found.interval.high == 1
    assert found.interval.low < 0.8
