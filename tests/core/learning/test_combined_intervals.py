import math

import pytest

from airflow_provider_rekmedia.core.learning.combined_intervals import Estimated, ratio, weighted_sum
from airflow_provider_rekmedia.core.report.intervals import Interval, difference_interval, wilson_interval


def estimated(value, low, high):
    return Estimated(value, Interval(low, high))


def share(count, total):
    return Estimated(count / total, wilson_interval(count, total))


def test_sum_of_one_estimate_has_its_interval():
    assert weighted_sum([(2, estimated(0.2, 0.1, 0.4))]) == estimated(0.4, 0.2, 0.8)


def test_sum_has_the_interval_that_newcombe_has_for_a_difference():
    # The difference from 1 minus a share: both have the same variance.
    added = weighted_sum([(1, share(7, 50)), (1, share(10, 40))]).interval
    difference = difference_interval(7, 50, 30, 40)
    assert (added.low, added.high) == pytest.approx((difference.low + 1, difference.high + 1))


def test_sum_is_never_below_zero():
    assert weighted_sum([(1, estimated(0.1, -1, 0.2))]).interval.low == 0


def test_ratio_to_a_known_number_divides_the_bounds():
    found = ratio(estimated(0.2, 0.1, 0.4), estimated(4, 4, 4))
    assert (found.value, found.interval.low, found.interval.high) == pytest.approx((0.05, 0.025, 0.1))


def test_ratio_of_nothing_found_has_an_upper_bound():
    found = ratio(estimated(0, 0, 0.4), estimated(4, 3, 5))
    assert (found.value, found.interval.low) == (0, 0)
    assert found.interval.high > 0.1


def test_ratio_to_what_may_be_zero_has_no_upper_bound():
    assert ratio(estimated(0.2, 0.1, 0.4), estimated(1, 0, 5)).interval.high == math.inf
