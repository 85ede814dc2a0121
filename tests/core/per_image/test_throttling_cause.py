"""Cuts of the pace tell whether throttling is of our making."""

import pytest

from airflow_provider_rekmedia.core.per_image.throttling_cause import ThrottlingCause, is_beyond_chance


@pytest.fixture
def half_throttled():
    """A pace of 100 that was cut, for half of 100 calls were throttled."""
    cause = ThrottlingCause()
    cause.note_cut(100.0, 50.0, 100, 50)
    return cause


def test_cuts_that_change_nothing_are_taken_back_and_the_rest_is_borne(half_throttled):
    assert half_throttled.uncut_tps(50.0, 9, 5, 1.0) is None, "it could be chance yet"
    assert half_throttled.uncut_tps(50.0, 50, 25, 1.0) == 100.0

    assert half_throttled.is_borne
    assert not half_throttled.is_more_than_borne(100, 60)
    assert half_throttled.is_more_than_borne(100, 70)


def test_what_was_borne_is_tried_again_after_half_a_minute(half_throttled):
    half_throttled.uncut_tps(50.0, 100, 50, 1.0)
    assert half_throttled.is_borne
    half_throttled.uncut_tps(100.0, 3_000, 1_500, 31.0)

    assert not half_throttled.is_borne
    assert half_throttled.is_more_than_borne(100, 1)


def test_cuts_that_help_stand(half_throttled):
    assert half_throttled.uncut_tps(50.0, 200, 1, 1.0) is None

    assert not half_throttled.is_borne
    assert half_throttled.least_tps == 0.0


def test_two_epochs_without_throttling_end_the_question(half_throttled):
    assert half_throttled.least_tps == 40.0
    for _ in range(2):
        half_throttled.uncut_tps(99.0, 5, 0, 1.0)

    assert half_throttled.least_tps == 0.0


def test_a_pace_cut_too_little_to_tell_is_measured_anew(half_throttled):
    for _ in range(4):
        assert half_throttled.uncut_tps(90.0, 90, 40, 1.0) is None

    assert half_throttled.least_tps == pytest.approx(0.4 * 90)


def test_a_cut_below_the_first_does_not_begin_anew_and_one_above_it_does(half_throttled):
    half_throttled.note_cut(70.0, 50.0, 70, 20)
    assert half_throttled.least_tps == 40.0

    half_throttled.note_cut(200.0, 50.0, 200, 150)
    assert half_throttled.least_tps == 80.0


def test_chance_is_what_a_binomial_distribution_says():
    # Of 100 calls of which half are throttled, 50 are on average, with a standard deviation of 5.
    assert not is_beyond_chance(60, 100, 0.5, deviations=2)
    assert is_beyond_chance(61, 100, 0.5, deviations=2)
