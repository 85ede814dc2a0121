from dataclasses import replace

import pytest
from core.learning.decisions import audited, doubled, reviewed

from airflow_provider_rekmedia.core.learning.review_quality import measure_review_quality
from airflow_provider_rekmedia.core.learning.reviewer_errors import ReviewerErrors
from airflow_provider_rekmedia.core.verdicts.policy import Rule
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

BLOCK, REVIEW = Decision.BLOCK, Decision.REVIEW
FLAGGED = {("Explicit", BLOCK): 400, ("Alcohol", REVIEW): 340, ("not_analyzed", REVIEW): 12}


def month():
    flagged = reviewed("Alcohol", REVIEW, blocked=260, allowed=80, confidence=80.0)
    flagged += reviewed("Explicit", BLOCK, blocked=95, allowed=5)
    flagged += reviewed("not_analyzed", REVIEW, blocked=1, allowed=11)
    return [
        *flagged,
        *audited("near", blocked=12, allowed=188, probability=0.5),
        *audited("clean", blocked=1, allowed=399, probability=0.02),
        *doubled(flagged[:300], differing=20),
    ]


def measure(decisions, **arguments):
    return measure_review_quality(decisions, **({"runs": 28, "flagged": FLAGGED} | arguments))


def test_a_month_has_every_number():
    quality = measure(month(), rules=[Rule("Alcohol", review=50.0)])
    alcohol, explicit = quality.rules
    assert (alcohol.rule, alcohol.images, alcohol.reviewed, alcohol.confirmed) == ("Alcohol", 340, 340, 260)
    assert explicit.precision.value == 95
    assert explicit.precision.low < 95 < explicit.precision.high
    assert quality.allowed.share.value == pytest.approx(100 * (24 + 50) / 20_400)
    assert [part.images for part in quality.allowed.strata] == [20_000, 400]
    assert quality.recall.value == pytest.approx(100 * 640 / (640 + 74))
    assert quality.recall.low < quality.recall.value < quality.recall.high
    assert quality.agreement.images == 300
    assert quality.agreement.agreement_pct == pytest.approx(100 * 280 / 300)
    assert quality.agreement.kappa.low < quality.agreement.kappa.value < quality.agreement.kappa.high
    assert quality.thresholds[0].suggested == 80
    assert "review: 80" in quality.policy_diff
    assert (quality.runs, quality.reviewed, quality.undecided, quality.reviewers) == (28, 1_052, 0, 2)


def test_double_reviews_by_one_person_are_counted_apart():
    flagged = reviewed("Alcohol", REVIEW, blocked=260, allowed=80, confidence=80.0)
    own = [replace(image, reviewer=flagged[0].reviewer) for image in doubled(flagged[300:310])]
    doubles = doubled(flagged[:300], differing=20)

    without = measure([*flagged, *doubles]).agreement
    agreement = measure([*flagged, *doubles, *own]).agreement

    assert (agreement.images, agreement.same_person) == (300, 10)
    assert agreement.kappa == without.kappa


def test_an_estimate_says_how_many_more_reviews_make_it_narrow():
    quality = measure(month())
    assert quality.recall.more_reviews > 100
    assert quality.rules[1].precision.more_reviews == 0
    assert quality.agreement.kappa.more_reviews >= 0
    assert quality.allowed.share.half_width == 0.5


def test_nothing_is_estimated_from_nothing():
    quality = measure([], flagged={})
    assert quality.allowed.share.missing == quality.recall.missing == "500 more audited images"
    assert quality.agreement.kappa.missing == "200 more double reviews"
    assert quality.agreement.agreement_pct is None
    assert (quality.rules, quality.thresholds, quality.policy_diff) == ((), (), "")


def test_too_few_reviews_say_how_many_more():
    quality = measure(reviewed("Explicit", BLOCK, blocked=20, allowed=0))
    assert quality.rules[1].precision.missing == "30 more reviews of images with this rule and verdict"
    assert quality.rules[1].precision.value is None
    assert quality.recall.missing == (
        "500 more audited images, 50 more reviews of images with the verdict review, "
        "30 more reviews of images with the verdict block"
    )


def test_without_a_confirmed_violation_there_is_no_recall():
    decisions = [*audited("clean", blocked=0, allowed=500), *reviewed("A", REVIEW, blocked=0, allowed=3)]
    quality = measure(decisions, flagged={})
    assert quality.recall.missing == "a confirmed violation"
    assert quality.allowed.share.value == 0
    assert quality.allowed.share.high > 0


def test_equal_decisions_about_everything_have_no_kappa():
    images = reviewed("Alcohol", REVIEW, blocked=0, allowed=200)
    quality = measure([*images, *doubled(images)])
    assert quality.agreement.kappa.missing == "a violation and an allowed image among the double reviews"
    assert quality.agreement.agreement_pct == 100


def test_known_errors_of_people_are_corrected():
    plain, corrected = measure(month()), measure(month(), errors=ReviewerErrors(missed=0.05, wrong=0.001))
    assert corrected.rules[0].precision.value > plain.rules[0].precision.value
    assert corrected.allowed.share.value < plain.allowed.share.value


def test_images_that_nobody_reviewed_are_undecided():
    quality = measure(
        reviewed("Alcohol", REVIEW, blocked=300, allowed=0), rules=[Rule("Alcohol", review=50.0)]
    )
    assert quality.undecided == 40
    assert quality.thresholds[0].missing == "decisions about 40 undecided images"
