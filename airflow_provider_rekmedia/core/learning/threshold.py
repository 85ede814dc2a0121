"""
Suggests a higher review threshold for a rule: fewer images to review, at a loss of recall that is bounded.

The bound holds for any distribution of confidences. The threshold is the k-th lowest confidence of the
violations that people confirmed. The share of all such violations below it follows a beta distribution (a
tolerance limit, Wilks 1941). k depends on the number of violations only, so the data cannot be searched for a
threshold that looks good by chance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

__all__ = [
    "CONFIDENCE",
    "ReviewedConfidences",
    "SuggestedReview",
    "lost_ranks",
    "missing_violations",
    "suggest_review_threshold",
]

#: How sure it is that the loss is not larger.
CONFIDENCE: Final = 0.99


@dataclass(frozen=True, slots=True)
class ReviewedConfidences:
    """
    The images that one rule sent to review, and a person decided about.

    :param violations: Confidences of the images that people blocked, percent.
    :param others: Confidences of the images that people allowed.
    :param undecided: Images that nobody decided about. Each counts as a violation that would be lost.
    """

    violations: Sequence[float]
    others: Sequence[float]
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class SuggestedReview:
    """
    A higher review threshold.

    :param review: Whole percent.
    :param lost: Violations of the reviewed images that would be allowed.
    :param saved: The share of the rule's reviews that are saved.
    """

    review: float
    lost: int
    saved: float


def missing_violations(violations: int, max_loss: float) -> int:
    """
    Return how many more confirmed violations of a rule a suggestion needs.

    :param max_loss: The largest share of the rule's violations to lose, between 0 and 1.
    """
    needed = math.ceil(math.log(1 - CONFIDENCE) / math.log1p(-max_loss) - 1e-9)
    return max(0, needed - violations)


@cache
def lost_ranks(violations: int, max_loss: float) -> int:
    """
    Return k: with 99 % confidence, at most *max_loss* of all violations are below the k-th lowest of these.

    :return: 0 if there are too few violations.
    """
    below = 0.0
    for rank in range(violations):
        below += _binomial(violations, rank, max_loss)
        if below > 1 - CONFIDENCE:
            return rank
    return violations


def suggest_review_threshold(
    reviewed: ReviewedConfidences, *, review: float, block: float | None, max_loss: float
) -> SuggestedReview | None:
    """
    Suggest a higher review threshold for one rule.

    :param review: The threshold now, percent, inclusive.
    :param block: The block threshold, which stays.
    :param max_loss: The largest share of the violations that this rule sends to review to lose.
    :return: ``None`` if no higher whole percent is safe.
    """
    rank = lost_ranks(len(reviewed.violations), max_loss) - reviewed.undecided
    if rank < 1:
        return None
    highest = 100.0 if block is None else math.ceil(block) - 1.0
    suggested = min(float(math.floor(sorted(reviewed.violations)[rank - 1])), highest)
    if suggested <= review:
        return None
    lost = sum(confidence < suggested for confidence in reviewed.violations)
    saved = lost + sum(confidence < suggested for confidence in reviewed.others)
    images = len(reviewed.violations) + len(reviewed.others)
    return SuggestedReview(suggested, lost, saved / images)


def _binomial(total: int, count: int, share: float) -> float:
    ways = math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(total - count + 1)
    return math.exp(ways + count * math.log(share) + (total - count) * math.log1p(-share))
