import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.learning.threshold import (
    ReviewedConfidences,
    SuggestedReview,
    lost_ranks,
    missing_violations,
    suggest_review_threshold,
)


@given(st.integers(1, 3_000), st.sampled_from([0.01, 0.02, 0.05, 0.2]))
def test_ranks_equal_those_of_the_beta_distribution_of_scipy(violations, max_loss):
    stats = pytest.importorskip("scipy.stats", reason="an oracle, not a dependency")
    rank = lost_ranks(violations, max_loss)
    if rank:
        assert stats.beta(rank, violations + 1 - rank).cdf(max_loss) >= 0.99 - 1e-9
    if rank < violations:
        assert stats.beta(rank + 1, violations - rank).cdf(max_loss) <= 0.99 + 1e-9


@pytest.mark.parametrize(("max_loss", "needed"), [(0.01, 459), (0.02, 228), (0.05, 90)])
def test_a_suggestion_needs_this_many_violations(max_loss, needed):
    assert missing_violations(0, max_loss) == needed
    assert missing_violations(needed, max_loss) == 0
    assert lost_ranks(needed, max_loss) == 1
    assert lost_ranks(needed - 1, max_loss) == 0


def test_every_violation_may_be_lost_if_that_is_allowed():
    assert lost_ranks(2, 1 - 1e-9) == 2


def suggest(violations, others=(), undecided=0, *, review=50.0, block=None):
    return suggest_review_threshold(
        ReviewedConfidences(violations, others, undecided), review=review, block=block, max_loss=0.02
    )


def test_threshold_is_just_below_the_lowest_violations():
    violations = [80.7] * 228
    assert suggest(violations, [60.0] * 100 + [90.0] * 72) == SuggestedReview(80.0, 0, 0.25)


def test_violations_that_would_be_allowed_are_counted():
    violations = [55.0, *[80.0] * 999]
    found = suggest(violations, [55.0] * 9)
    assert (found.lost, found.saved) == (1, pytest.approx(10 / 1_009))


def test_threshold_stays_below_the_block_threshold():
    assert suggest([95.0] * 300, block=90.0).review == 89
    assert suggest([95.0] * 300, block=89.5).review == 89


@pytest.mark.parametrize(
    "arguments",
    [
        {"violations": [80.0] * 227},
        {"violations": [80.0] * 228, "undecided": 1},
        {"violations": [80.0] * 228, "review": 80.0},
    ],
    ids=["too few violations", "undecided images", "no higher threshold"],
)
def test_without_enough_data_there_is_no_suggestion(arguments):
    assert suggest(**arguments) is None
