"""The section "Review quality" of a report, as ``report.json`` has it: how good the policy and people are."""

from typing import Annotated, Any

import msgspec

from airflow_provider_rekmedia.core.verdicts.verdict import Decision

__all__ = [
    "AllowedViolations",
    "AuditCount",
    "DoubleReviewTable",
    "Estimate",
    "ReviewQuality",
    "RulePrecision",
    "ThresholdSuggestion",
]

_Count = Annotated[int, msgspec.Meta(ge=0)]


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """
    A number with its interval of 95 %. All are ``None`` while there are too few data.

    :param value: In percent; kappa is a fraction.
    :param missing: What an estimate needs; ``""`` if there is one.
    :param more_reviews: About how many more reviews make the interval as narrow as *half_width*; 0 if it is.
    :param half_width: Half of the width that is aimed at, in the unit of *value*.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    missing: str = ""
    more_reviews: _Count = 0
    half_width: float = 0.0


class RulePrecision(msgspec.Struct, frozen=True, kw_only=True):
    """
    How many of the images that one rule blocks, or sends to review, are violations.

    :param verdict: The verdict of the policy.
    :param images: Images with this rule and verdict in the runs.
    :param reviewed: Images that a person decided about.
    :param confirmed: Images that a person decided to block.
    """

    rule: str
    verdict: Decision
    images: _Count
    reviewed: _Count
    confirmed: _Count
    precision: Estimate


class AuditCount(msgspec.Struct, frozen=True, kw_only=True):
    """
    The audit of one part of the allowed images.

    :param images: Allowed images, estimated from the sample.
    :param found: Violations among the audited images.
    """

    stratum: str
    images: _Count
    audited: _Count
    found: _Count


class AllowedViolations(msgspec.Struct, frozen=True, kw_only=True):
    """The share of violations among allowed images."""

    strata: tuple[AuditCount, ...]
    share: Estimate


class DoubleReviewTable(msgspec.Struct, frozen=True, kw_only=True):
    """
    Images that two people decided about, by what the first and the second decided.

    :param both: Both blocked.
    :param agreement_pct: Percent of equal decisions; ``None`` without images.
    :param kappa: Cohen's kappa.
    :param same_person: Images with two decisions of one person; they are in none of the four cells.
    """

    both: _Count
    first_only: _Count
    second_only: _Count
    neither: _Count
    agreement_pct: float | None
    kappa: Estimate
    same_person: _Count = 0

    @property
    def images(self) -> int:
        """Images of all four cells."""
        return self.both + self.first_only + self.second_only + self.neither


class ThresholdSuggestion(msgspec.Struct, frozen=True, kw_only=True):
    """
    A higher review threshold of one rule. It is never applied by the package.

    :param now: The review threshold, percent.
    :param suggested: ``None`` without a suggestion.
    :param max_loss_pct: The largest share of the violations that the rule sends to review to lose, with 99 %
        confidence.
    :param violations: Reviewed images of the rule that a person decided to block.
    :param lost: How many of these would be allowed.
    :param saved_pct: Percent of the rule's reviews that would be saved.
    :param missing: Why there is no suggestion; ``""`` if there is one.
    """

    rule: str
    now: float
    suggested: float | None
    max_loss_pct: float
    violations: _Count
    lost: _Count = 0
    saved_pct: float = 0.0
    missing: str = ""


class ReviewQuality(msgspec.Struct, frozen=True, kw_only=True):
    """
    The section, over the runs with this policy and model.

    :param runs: Runs with reviews.
    :param reviewed: Images that a person decided about.
    :param undecided: Images that the policy sent to review, and that nobody decided about.
    :param reviewers: People who decided.
    :param recall: The share of all violations that the policy blocks or sends to review, percent.
    :param policy_diff: All suggestions, as a unified diff of the policy; ``""`` without any.
    """

    runs: _Count
    reviewed: _Count
    undecided: _Count
    reviewers: _Count
    rules: tuple[RulePrecision, ...]
    allowed: AllowedViolations
    recall: Estimate
    agreement: DoubleReviewTable
    thresholds: tuple[ThresholdSuggestion, ...]
    policy_diff: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the XCom ``quality``: the numbers about the whole policy, JSON-serializable."""
        return {
            "version": 1,
            "runs": self.runs,
            "reviewed": self.reviewed,
            "undecided": self.undecided,
            "allowed_violations": msgspec.to_builtins(self.allowed.share),
            "recall": msgspec.to_builtins(self.recall),
            "kappa": msgspec.to_builtins(self.agreement.kappa),
            "double_reviews": self.agreement.images,
            "double_reviews_by_same_person": self.agreement.same_person,
            "suggested_thresholds": {
                found.rule: found.suggested for found in self.thresholds if found.suggested is not None
            },
        }
