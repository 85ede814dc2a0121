"""Cuts of the pace show whether our pace causes throttling."""

import pytest

from airflow_provider_rekmedia.core.per_image.throttling_cause import ThrottlingCause, is_beyond_chance


@pytest.fixture
def half_throttled():
    """A pace of 100 that was cut because half of 100 calls were throttled."""
    cause = ThrottlingCause()
    cause.record_cut(100.0, 50.0, 100, 50)
    return cause


def test_cuts_without_effect_are_reverted_and_the_throttling_is_tolerated(half_throttled):
    assert half_throttled.record_epoch(50.0, 9, 5, 1.0) is None, "it can still be chance"
    assert half_throttled.record_epoch(50.0, 50, 25, 1.0) == 100.0

    assert half_throttled.is_tolerant
    assert not half_throttled.is_more_than_tolerated(100, 60)
    assert half_throttled.is_more_than_tolerated(100, 70)


def test_tolerance_ends_after_half_a_minute(half_throttled):
    half_throttled.record_epoch(50.0, 100, 50, 1.0)
    assert half_throttled.is_tolerant
    half_throttled.record_epoch(100.0, 3_000, 1_500, 31.0)

    assert not half_throttled.is_tolerant
    assert half_throttled.is_more_than_tolerated(100, 1)


def test_cuts_that_help_are_kept(half_throttled):
    assert half_throttled.record_epoch(50.0, 200, 1, 1.0) is None

    assert not half_throttled.is_tolerant
    assert half_throttled.min_tps == 0.0


def test_two_epochs_without_throttling_end_the_comparison(half_throttled):
    assert half_throttled.min_tps == 40.0
    for _ in range(2):
        half_throttled.record_epoch(99.0, 5, 0, 1.0)

    assert half_throttled.min_tps == 0.0


def test_a_cut_too_small_to_decide_starts_a_new_measurement(half_throttled):
    for _ in range(4):
        assert half_throttled.record_epoch(90.0, 90, 40, 1.0) is None

    assert half_throttled.min_tps == pytest.approx(0.4 * 90)


def test_only_a_cut_from_a_higher_pace_starts_a_new_measurement(half_throttled):
    half_throttled.record_cut(70.0, 50.0, 70, 20)
    assert half_throttled.min_tps == 40.0

    half_throttled.record_cut(200.0, 50.0, 200, 150)
    assert half_throttled.min_tps == 80.0


def test_chance_follows_the_binomial_distribution():
    # Of 100 calls of which half are throttled, 50 are on average, with a standard deviation of 5.
    assert not is_beyond_chance(60, 100, 0.5, deviations=2)
    assert is_beyond_chance(61, 100, 0.5, deviations=2)
