import pytest

from airflow_provider_rekmedia.core.learning.sample_size import MAX_REVIEWS, reviews_needed


@pytest.mark.parametrize(
    ("share", "half_width", "expected"),
    [(0.01, 0.005, 1_522), (0.005, 0.0025, 3_058), (0.001, 0.0005, 15_351), (0.5, 0.05, 385)],
)
def test_numbers_are_close_to_those_of_the_usual_formula(share, half_width, expected):
    assert reviews_needed(share, half_width) == pytest.approx(expected, rel=0.07)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5])
def test_numbers_equal_the_least_size_with_the_interval_of_statsmodels(share):
    proportion = pytest.importorskip("statsmodels.stats.proportion", reason="an oracle, not a dependency")
    needed = reviews_needed(share, 0.02)
    low, high = proportion.proportion_confint(share * needed, needed, method="wilson")
    assert high - low <= 0.04
    low, high = proportion.proportion_confint(share * (needed - 1), needed - 1, method="wilson")
    assert high - low > 0.04


def test_numbers_are_bounded():
    assert reviews_needed(0.5, 1e-9) == MAX_REVIEWS
