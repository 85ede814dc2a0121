import pytest

from airflow_provider_rekmedia.core.learning.flagged import (
    FlaggedGroup,
    confirmed_violations,
    count_groups,
    missing_reviews,
)
from airflow_provider_rekmedia.core.learning.reviewer_errors import ReviewerErrors
from airflow_provider_rekmedia.core.report.intervals import wilson_interval
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

REVIEW = ("Alcohol", Decision.REVIEW)
BLOCK = ("Explicit", Decision.BLOCK)


def test_images_are_counted_by_rule_and_verdict():
    groups = count_groups(
        [(REVIEW, True), (REVIEW, False), (BLOCK, True)], {REVIEW: 10, ("Rude", "block"): 0}
    )
    assert groups == {REVIEW: FlaggedGroup(10, 2, 1), BLOCK: FlaggedGroup(1, 1, 1)}


def test_precision_has_the_interval_of_wilson():
    precision = FlaggedGroup(500, 80, 60).precision()
    assert precision.value == 0.75
    assert precision.interval == wilson_interval(60, 80)


def test_violations_are_known_if_all_images_are_reviewed():
    violations = FlaggedGroup(80, 80, 60).violations()
    assert (violations.value, violations.interval.low, violations.interval.high) == (60, 60, 60)


def test_other_violations_are_estimated_from_the_reviewed_images():
    group = FlaggedGroup(180, 80, 60)
    violations = group.violations()
    assert violations.value == pytest.approx(135)
    assert violations.interval.low == pytest.approx(60 + 100 * group.precision().interval.low)


def test_known_errors_make_all_violations_an_estimate():
    violations = FlaggedGroup(100, 100, 46).violations(ReviewerErrors(missed=0.1, wrong=0.02))
    assert violations.value == pytest.approx(50)
    assert violations.interval.low < 50 < violations.interval.high


def test_groups_with_few_reviews_are_estimated_together():
    groups = {
        REVIEW: FlaggedGroup(100, 30, 15),
        ("Rude", Decision.REVIEW): FlaggedGroup(100, 20, 10),
        BLOCK: FlaggedGroup(5, 5, 5),
    }
    assert missing_reviews(groups) == {}
    assert confirmed_violations(groups).value == pytest.approx(105)


def test_missing_reviews_are_counted_by_verdict():
    groups = {REVIEW: FlaggedGroup(100, 30, 15), BLOCK: FlaggedGroup(500, 60, 55)}
    assert missing_reviews(groups) == {Decision.REVIEW: 20}
