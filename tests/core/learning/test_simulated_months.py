"""In a thousand simulated months with known truth and known errors of people, intervals cover the truth."""

import pytest

from airflow_provider_rekmedia.core.learning.agreement import DoubleReviews, kappa_interval
from airflow_provider_rekmedia.core.learning.audit import missing_audits, share_of
from airflow_provider_rekmedia.core.learning.flagged import (
    FlaggedGroup,
    confirmed_violations,
    missing_reviews,
)
from airflow_provider_rekmedia.core.learning.recall import recall_of
from airflow_provider_rekmedia.core.learning.reviewer_errors import NO_ERRORS, ReviewerErrors
from airflow_provider_rekmedia.core.learning.threshold import (
    ReviewedConfidences,
    missing_violations,
    suggest_review_threshold,
)

np = pytest.importorskip("numpy", reason="numpy comes with scipy, an oracle")

from core.learning import months  # noqa: E402

MONTHS = 1_000
ERRORS = ReviewerErrors(missed=0.05, wrong=0.002)


def check_coverage(covered):
    """Check that 93 to 97 % of the intervals cover the truth."""
    covered = list(covered)
    share = sum(covered) / len(covered)
    assert 0.93 <= share <= 0.97


def covers(estimate, truth):
    return estimate.interval.low <= truth <= estimate.interval.high


@pytest.mark.parametrize("errors", [NO_ERRORS, ERRORS], ids=["perfect people", "people with errors"])
@pytest.mark.parametrize(
    ("nights", "near", "clean"),
    [(28, 15, 35), (28, 50, 100), (7, 20, 60), (10, 10, 40)],
)
def test_interval_of_the_share_of_missed_violations_covers_the_truth(nights, near, clean, errors):
    rng = np.random.default_rng(nights + near)
    drawn = list(months.audited_months(rng, MONTHS, nights, {"near": near, "clean": clean}, errors))
    assert not missing_audits(drawn[0])
    check_coverage(covers(errors.correct(share_of(strata)), months.allowed_truth(strata)) for strata in drawn)


@pytest.mark.parametrize("errors", [NO_ERRORS, ERRORS], ids=["perfect people", "people with errors"])
@pytest.mark.parametrize("reviewed_share", [1.0, 0.3])
def test_interval_of_the_recall_covers_the_truth(reviewed_share, errors):
    rng = np.random.default_rng(3)
    audits = months.audited_months(rng, MONTHS, 28, {"near": 15, "clean": 35}, errors)
    flagged = months.flagged_months(rng, MONTHS, 28, reviewed_share, errors)
    covered = []
    for strata, (groups, confirmed) in zip(audits, flagged, strict=True):
        assert not missing_reviews(groups)
        images = sum(stratum.images for stratum in strata.values())
        recall = recall_of(
            confirmed_violations(groups, errors),
            allowed_images=images,
            missed=errors.correct(share_of(strata)),
        )
        covered.append(covers(recall, confirmed / (confirmed + months.missed_truth(strata))))
    check_coverage(covered)


@pytest.mark.parametrize(("reviewed", "truth"), [(50, 0.9), (100, 0.55), (200, 0.95), (1_000, 0.8)])
@pytest.mark.parametrize("errors", [NO_ERRORS, ERRORS], ids=["perfect people", "people with errors"])
def test_interval_of_the_precision_of_a_rule_covers_the_truth(reviewed, truth, errors):
    rng = np.random.default_rng(reviewed)
    numbers = months.about(rng, reviewed, MONTHS)
    confirmed = rng.binomial(numbers, months.decided_share(truth, errors))
    groups = (FlaggedGroup(number, number, count) for number, count in zip(numbers, confirmed, strict=True))
    check_coverage(covers(group.precision(errors), truth) for group in groups)


@pytest.mark.parametrize("truth", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("reviewed", [250, 500])
def test_interval_of_kappa_covers_the_truth(reviewed, truth):
    rng = np.random.default_rng(reviewed)
    first, second = ReviewerErrors(0.05, 0.01), ReviewerErrors(0.1, 0.005)
    cells = _cells(truth, first, second)
    kappa = DoubleReviews(*(cell * 1e9 for cell in cells)).kappa
    assert kappa is not None
    tables = (
        DoubleReviews(*map(int, row)) for row in rng.multinomial(months.about(rng, reviewed, MONTHS), cells)
    )
    check_coverage((found := kappa_interval(table)).low <= kappa <= found.high for table in tables)


def _cells(truth, first, second):
    """The probability of each cell of the 2x2 table, if both decide by themselves."""
    return [
        truth * one(first.missed) * other(second.missed) + (1 - truth) * other_one * other_other
        for one, other, other_one, other_other in [
            (_not, _not, first.wrong, second.wrong),
            (_not, float, first.wrong, 1 - second.wrong),
            (float, _not, 1 - first.wrong, second.wrong),
            (float, float, 1 - first.wrong, 1 - second.wrong),
        ]
    ]


def _not(share):
    return 1 - share


@pytest.mark.parametrize("max_loss", [0.01, 0.02, 0.05])
@pytest.mark.parametrize("shape", [(2, 1), (5, 2)])
def test_suggested_threshold_does_not_lose_more_than_it_says(max_loss, shape):
    stats = pytest.importorskip("scipy.stats", reason="an oracle, not a dependency")
    rng = np.random.default_rng(7)
    reviewed = missing_violations(0, max_loss) + 400
    suggested = [
        suggest_review_threshold(
            ReviewedConfidences(confidences, []), review=50.0, block=None, max_loss=max_loss
        )
        for confidences in (50 + 50 * rng.beta(*shape, (MONTHS, reviewed))).tolist()
    ]
    thresholds = np.array([found.review if found else 50.0 for found in suggested])
    lost = stats.beta(*shape).cdf((thresholds - 50) / 50)
    # It says so with 99 % confidence; 2 % leaves room for chance.
    assert (lost > max_loss).mean() <= 0.02
    assert (thresholds > 50).mean() > 0.9
