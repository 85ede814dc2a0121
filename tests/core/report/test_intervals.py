import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.report.intervals import Interval, difference_interval, wilson_interval

counts = st.integers(1, 10**6).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@given(counts)
def test_wilson_equals_scipy(counted):
    stats = pytest.importorskip("scipy.stats", reason="scipy is an oracle, not a dependency")
    expected = stats.binomtest(*counted).proportion_ci(method="wilson")
    found = wilson_interval(*counted)
    assert found.low == pytest.approx(expected.low, abs=1e-9)
    assert found.high == pytest.approx(expected.high, abs=1e-9)
    assert 0 <= found.low <= counted[0] / counted[1] <= found.high <= 1


@given(counts, counts)
def test_the_interval_of_a_difference_equals_statsmodels(now, then):
    proportion = pytest.importorskip("statsmodels.stats.proportion", reason="an oracle, not a dependency")
    expected = proportion.confint_proportions_2indep(*now, *then, method="newcomb", compare="diff")
    found = difference_interval(*now, *then)
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


def test_the_upper_bound_for_none_found_is_that_of_the_tables():
    assert wilson_interval(0, 1_000).high == pytest.approx(0.0038, abs=5e-5)


def test_no_images_say_nothing():
    assert wilson_interval(0, 0) == Interval(0, 1)
    assert difference_interval(0, 0, 1, 2) == difference_interval(1, 2, 0, 0) == Interval(-1, 1)


@pytest.mark.parametrize(
    ("interval", "excludes"), [((0.1, 0.2), True), ((-0.2, -0.1), True), ((-0.1, 0.1), False)]
)
def test_a_difference_is_more_than_chance_if_its_interval_excludes_zero(interval, excludes):
    assert Interval(*interval).excludes_zero is excludes
