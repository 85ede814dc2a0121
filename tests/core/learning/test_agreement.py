import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.learning.agreement import (
    DoubleReviews,
    kappa_interval,
    reviews_needed_for_kappa,
)

tables = st.builds(DoubleReviews, *[st.integers(1, 500)] * 4)


@given(tables)
def test_kappa_and_its_error_equal_statsmodels(table):
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater", reason="an oracle, not a dependency")
    cells = [[table.both, table.first_only], [table.second_only, table.neither]]
    expected = inter_rater.cohens_kappa(cells)
    assert table.kappa == pytest.approx(expected.kappa)
    assert table.kappa_error == pytest.approx(expected.std_kappa)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=50))
def test_kappa_of_pairs_equals_scikit_learn(pairs):
    metrics = pytest.importorskip("sklearn.metrics", reason="an oracle, not a dependency")
    table = DoubleReviews.counted([*pairs, (True, False)])
    first, second = zip(*[*pairs, (True, False)], strict=True)
    assert table.kappa == pytest.approx(metrics.cohen_kappa_score(first, second), abs=1e-12)


@given(tables)
def test_interval_includes_kappa(table):
    interval = kappa_interval(table)
    assert -1 <= interval.low <= table.kappa <= interval.high <= 1


def test_interval_has_a_width_if_nobody_disagrees():
    interval = kappa_interval(DoubleReviews(20, 0, 0, 80))
    assert interval.low < 0.97
    assert interval.high == 1


@pytest.mark.parametrize("table", [DoubleReviews(0, 0, 0, 0), DoubleReviews(7, 0, 0, 0)])
def test_equal_decisions_about_all_images_have_no_kappa(table):
    assert table.kappa is None
    assert table.kappa_error == math.inf
    assert kappa_interval(table).low < 0 < kappa_interval(table).high


def test_agreement_counts_both_kinds_of_equal_decisions():
    table = DoubleReviews.counted([(True, True), (True, False), (False, False), (False, False)])
    assert table == DoubleReviews(1, 1, 0, 2)
    assert table.agreement == 0.75


def test_so_many_reviews_make_the_interval_about_as_narrow():
    table = DoubleReviews(40, 5, 5, 150)
    needed = reviews_needed_for_kappa(table, 0.05)
    larger = DoubleReviews(*(cell * needed / table.images for cell in (40, 5, 5, 150)))
    interval = kappa_interval(larger)
    assert interval.high - interval.low == pytest.approx(0.1, rel=0.05)
