"""Measures how good the policy and its reviewers are: the section "Review quality" of a report."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from airflow_provider_rekmedia.core.report.review_quality import (
    AllowedViolations,
    AuditCount,
    DoubleReviewTable,
    Estimate,
    ReviewQuality,
    RulePrecision,
)
from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.verdicts.policy import Rule
from airflow_provider_rekmedia.core.verdicts.verdict import NOT_ANALYZED, Decision

from .agreement import DoubleReviews, kappa_interval, reviews_needed_for_kappa
from .audit import AuditedStratum, audited_strata, missing_audits, share_of
from .combined_intervals import Estimated
from .flagged import FlaggedGroup, Group, confirmed_violations, count_groups, missing_reviews
from .recall import recall_of
from .reviewed_image import ReviewedImage, ReviewedImages
from .reviewer_errors import NO_ERRORS, ReviewerErrors
from .sample_size import reviews_needed
from .suggestions import suggest_thresholds, suggested_diff

__all__ = ["MIN_DOUBLE_REVIEWS", "measure_review_quality"]

#: With fewer double reviews there is no kappa.
MIN_DOUBLE_REVIEWS: Final = 200

#: Half of the width of the intervals that are aimed at, in percentage points; for kappa, a fraction.
_PRECISION_WIDTH: Final = 5.0
_ALLOWED_WIDTH: Final = 0.5
_RECALL_WIDTH: Final = 5.0
_KAPPA_WIDTH: Final = 0.1


def measure_review_quality(
    decisions: Iterable[ReviewedImage],
    *,
    runs: int,
    flagged: Mapping[Group, int],
    rules: Sequence[Rule] = (),
    policy: Mapping[str, Any] | None = None,
    max_loss: float = 0.02,
    errors: ReviewerErrors = NO_ERRORS,
) -> ReviewQuality:
    """
    Measure the runs that have the same policy and the same model.

    :param decisions: In order of time.
    :param runs: Runs with reviews.
    :param flagged: All images of these runs that the policy blocked or sent to review, by rule and verdict.
    :param rules: The rules with their thresholds, for suggestions.
    :param policy: The policy document, for the diff; ``None`` shows the suggested rules only.
    :param max_loss: The largest share of a rule's violations that a suggested threshold may lose.
    :param errors: Known errors of the reviewers. By default, people are right.
    """
    images = ReviewedImages.of(decisions)
    judged = [
        image for image in images.decided if image.sample is Sample.QUEUE and image.rule != NOT_ANALYZED
    ]
    groups = count_groups(
        (((image.rule, image.verdict), image.is_violation) for image in judged),
        {group: count for group, count in flagged.items() if group[0] != NOT_ANALYZED},
    )
    strata = audited_strata(
        (image.stratum, image.inclusion_probability, image.is_violation)
        for image in images.decided
        if image.sample is Sample.AUDIT
    )
    undecided = {
        rule: counts.images - counts.reviewed
        for (rule, verdict), counts in groups.items()
        if verdict is Decision.REVIEW
    }
    suggestions = suggest_thresholds(judged, undecided, rules, max_loss)
    return ReviewQuality(
        runs=runs,
        reviewed=len(images.decided),
        undecided=sum(undecided.values()),
        reviewers=len({image.reviewer for image in [*images.decided, *images.doubles.values()]}),
        rules=tuple(_rule(group, counts, errors) for group, counts in groups.items()),
        allowed=_allowed(strata, errors),
        recall=_recall(groups, strata, errors),
        agreement=_agreement(DoubleReviews.counted(images.pairs), images.doubles_by_same_person),
        thresholds=suggestions,
        policy_diff=suggested_diff(suggestions, rules, policy),
    )


def _rule(group: Group, counts: FlaggedGroup, errors: ReviewerErrors) -> RulePrecision:
    estimate = Estimate(missing=_more(counts.missing, "reviews of images with this rule and verdict"))
    if not counts.missing:
        needed = reviews_needed(counts.confirmed / counts.reviewed, _PRECISION_WIDTH / 100)
        more = max(0, min(needed, counts.images) - counts.reviewed)
        estimate = _percent(counts.precision(errors), more, _PRECISION_WIDTH)
    return RulePrecision(
        rule=group[0],
        verdict=group[1],
        images=counts.images,
        reviewed=counts.reviewed,
        confirmed=counts.confirmed,
        precision=estimate,
    )


def _allowed(strata: Mapping[str, AuditedStratum], errors: ReviewerErrors) -> AllowedViolations:
    missing = missing_audits(strata)
    estimate = Estimate(missing=_more(missing, "audited images"))
    if not missing:
        share = errors.correct(share_of(strata))
        estimate = _percent(share, _more_audits(share, strata, _ALLOWED_WIDTH), _ALLOWED_WIDTH)
    counts = tuple(
        AuditCount(stratum=name, images=round(part.images), audited=part.reviewed, found=part.found)
        for name, part in strata.items()
    )
    return AllowedViolations(strata=counts, share=estimate)


def _recall(
    groups: Mapping[Group, FlaggedGroup], strata: Mapping[str, AuditedStratum], errors: ReviewerErrors
) -> Estimate:
    needs = [_more(missing_audits(strata), "audited images")]
    needs += [
        _more(more, f"reviews of images with the verdict {verdict}")
        for verdict, more in missing_reviews(groups).items()
    ]
    if missing := ", ".join(filter(None, needs)):
        return Estimate(missing=missing)
    confirmed = confirmed_violations(groups, errors)
    if not confirmed.value:
        return Estimate(missing="a confirmed violation")
    allowed = sum(stratum.images for stratum in strata.values())
    missed = errors.correct(share_of(strata))
    recall = recall_of(confirmed, allowed_images=allowed, missed=missed)
    return _percent(recall, _more_audits(recall, strata, _RECALL_WIDTH), _RECALL_WIDTH)


def _agreement(table: DoubleReviews, same_person: int) -> DoubleReviewTable:
    missing = max(0, MIN_DOUBLE_REVIEWS - int(table.images))
    estimate = Estimate(missing=_more(missing, "double reviews"))
    if not missing and table.kappa is None:
        estimate = Estimate(missing="a violation and an allowed image among the double reviews")
    elif not missing:
        interval = kappa_interval(table)
        more = max(0, reviews_needed_for_kappa(table, _KAPPA_WIDTH) - int(table.images))
        estimate = Estimate(
            value=table.kappa,
            low=interval.low,
            high=interval.high,
            more_reviews=more,
            half_width=_KAPPA_WIDTH,
        )
    return DoubleReviewTable(
        both=int(table.both),
        first_only=int(table.first_only),
        second_only=int(table.second_only),
        neither=int(table.neither),
        agreement_pct=100 * table.agreement if table.images else None,
        kappa=estimate,
        same_person=same_person,
    )


def _more_audits(estimate: Estimated, strata: Mapping[str, AuditedStratum], half_width: float) -> int:
    """Return about how many more audited images are needed: the width falls with the root of their number."""
    audited = sum(stratum.reviewed for stratum in strata.values())
    width = 100 * (estimate.interval.high - estimate.interval.low)
    return max(0, round(audited * ((width / (2 * half_width)) ** 2 - 1)))


def _percent(estimate: Estimated, more: int, half_width: float) -> Estimate:
    interval = estimate.interval
    return Estimate(
        value=100 * estimate.value,
        low=100 * interval.low,
        high=100 * interval.high,
        more_reviews=more,
        half_width=half_width,
    )


def _more(number: int, what: str) -> str:
    return f"{number:,} more {what}" if number else ""
