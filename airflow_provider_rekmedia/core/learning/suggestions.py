"""Suggests a review threshold for each rule of the policy that has enough reviews."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from airflow_provider_rekmedia.core.report.review_quality import ThresholdSuggestion
from airflow_provider_rekmedia.core.verdicts.policy import Rule
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .policy_diff import policy_diff
from .reviewed_image import ReviewedImage
from .threshold import ReviewedConfidences, missing_violations, suggest_review_threshold

__all__ = ["suggest_thresholds", "suggested_diff"]

#: These have no threshold in a policy document.
_WITHOUT_THRESHOLD: Final = frozenset({"default", "unknown_labels"})


def suggest_thresholds(
    decided: Sequence[ReviewedImage],
    undecided: Mapping[str, int],
    rules: Sequence[Rule],
    max_loss: float,
) -> tuple[ThresholdSuggestion, ...]:
    """
    Suggest a threshold for each rule that sends images to review, or say what is missing.

    :param decided: Images of queues that people decided about.
    :param undecided: Images that a rule sent to review and nobody decided about, by rule.
    :param max_loss: The largest share of a rule's violations to lose, between 0 and 1.
    """
    return tuple(
        _suggestion(
            rule, rule.review, _confidences(rule.name, decided, undecided.get(rule.name, 0)), max_loss
        )
        for rule in rules
        if rule.review is not None and rule.name not in _WITHOUT_THRESHOLD
    )


def suggested_diff(
    suggestions: Iterable[ThresholdSuggestion], rules: Sequence[Rule], policy: Mapping[str, Any] | None
) -> str:
    """
    Return the suggestions as a diff of the policy; ``""`` without any.

    :param rules: The rules now.
    :param policy: The document; ``None`` shows the suggested rules only.
    """
    thresholds = {
        suggestion.rule: suggestion.suggested
        for suggestion in suggestions
        if suggestion.suggested is not None
    }
    if policy is None:
        policy = {
            "labels": {
                rule.name: {
                    word: value
                    for word, value in (("block", rule.block), ("review", rule.review))
                    if value is not None
                }
                for rule in rules
                if rule.name in thresholds
            }
        }
    return policy_diff(policy, thresholds)


def _suggestion(
    rule: Rule, review: float, reviewed: ReviewedConfidences, max_loss: float
) -> ThresholdSuggestion:
    found = suggest_review_threshold(reviewed, review=review, block=rule.block, max_loss=max_loss)
    return ThresholdSuggestion(
        rule=rule.name,
        now=review,
        suggested=found.review if found else None,
        max_loss_pct=100 * max_loss,
        violations=len(reviewed.violations),
        lost=found.lost if found else 0,
        saved_pct=100 * found.saved if found else 0.0,
        missing="" if found else _missing(reviewed, max_loss),
    )


def _missing(reviewed: ReviewedConfidences, max_loss: float) -> str:
    if more := missing_violations(len(reviewed.violations), max_loss):
        return f"{more:,} more confirmed violations"
    if reviewed.undecided:
        return f"decisions about {reviewed.undecided:,} undecided images"
    return "no higher threshold keeps the loss this low"


def _confidences(rule: str, decided: Iterable[ReviewedImage], undecided: int) -> ReviewedConfidences:
    violations: list[float] = []
    others: list[float] = []
    for image in decided:
        is_sent_by_rule = image.rule == rule and image.verdict is Decision.REVIEW
        if is_sent_by_rule and image.confidence is not None:
            (violations if image.is_violation else others).append(image.confidence)
    return ReviewedConfidences(violations, others, undecided)
