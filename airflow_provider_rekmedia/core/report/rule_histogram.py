"""
How many images another threshold of a rule would block or send to review, exactly.

An image counts once for each rule that matches one of its labels, with the highest confidence of them.
It is counted by the verdict that all other rules give. That is enough to decide about the image again for
any thresholds of the rule, while all other rules keep theirs.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec

from airflow_provider_rekmedia.core.verdicts.policy import Rule

__all__ = ["PERCENTS", "RuleHistogram", "VerdictCounts", "bin_of", "edges_of", "what_if"]

_Count = Annotated[int, msgspec.Meta(ge=0)]

#: The thresholds at which the counts are exact: each whole percent.
PERCENTS: Final = tuple(float(percent) for percent in range(101))


class RuleHistogram(msgspec.Struct, frozen=True, kw_only=True):
    """
    Images that a rule matches, by confidence. Each list has one count for each edge.

    :param rule: The name of the rule, as in a verdict.
    :param block: The threshold in percent, inclusive; ``None`` means never.
    :param review: The same for the verdict ``review``.
    :param edges: Lowest confidence of each bin, percent: the whole percents, and the rule's own thresholds.
    :param others_allow: Images that no other rule blocks or sends to review.
    :param others_review: Images that another rule sends to review.
    :param others_block: Images that another rule blocks.
    """

    rule: str
    block: float | None
    review: float | None
    edges: tuple[float, ...]
    others_allow: tuple[_Count, ...]
    others_review: tuple[_Count, ...]
    others_block: tuple[_Count, ...]

    def __post_init__(self) -> None:
        """
        Check that the lists belong together.

        :raises ValueError: They do not; in a file, msgspec reports it as damage.
        """
        lengths = {len(self.edges), len(self.others_allow), len(self.others_review), len(self.others_block)}
        if len(lengths) > 1 or list(self.edges) != sorted({*PERCENTS, *self.edges}):
            message = "a histogram must have each whole percent once, in order, and one count for each edge"
            raise ValueError(message)

    @property
    def images_by_bin(self) -> tuple[int, ...]:
        """How many images each bin has, whatever other rules decide."""
        return tuple(map(sum, zip(self.others_allow, self.others_review, self.others_block, strict=True)))

    @property
    def images(self) -> int:
        """How many images the rule matches."""
        return sum(self.images_by_bin)


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """Analyzed images by verdict."""

    allow: int
    review: int
    block: int


def edges_of(rule: Rule) -> tuple[float, ...]:
    """Return the edges of the bins of a rule: each threshold that can be asked for is an edge."""
    own = {threshold for threshold in (rule.block, rule.review) if threshold is not None}
    return PERCENTS if own <= set(PERCENTS) else tuple(sorted({*PERCENTS, *own}))


def bin_of(edges: Sequence[float], confidence: float) -> int:
    """Return the bin of a confidence: the last edge that is not above it."""
    return bisect_right(edges, confidence) - 1


def what_if(
    histogram: RuleHistogram, current: VerdictCounts, *, block: float | None, review: float | None
) -> VerdictCounts:
    """
    Return the counts of the run for other thresholds of one rule. All other rules keep their thresholds.

    :param current: The counts of the run with the thresholds of its policy.
    :param block: The other threshold, a whole percent or the rule's own; ``None`` means never.
    :param review: The same for the verdict ``review``.
    """
    before = _matched(histogram, block=histogram.block, review=histogram.review)
    after = _matched(histogram, block=block, review=review)
    return VerdictCounts(
        allow=current.allow + after.allow - before.allow,
        review=current.review + after.review - before.review,
        block=current.block + after.block - before.block,
    )


def _matched(histogram: RuleHistogram, *, block: float | None, review: float | None) -> VerdictCounts:
    """Count the images that the rule matches, by verdict."""
    end = len(histogram.edges)
    block_from = end if block is None else bisect_left(histogram.edges, block)
    # A confidence that blocks is never reviewed, so a review threshold above the other one has no effect.
    review_from = block_from if review is None else min(bisect_left(histogram.edges, review), block_from)
    free, reviewed = histogram.others_allow, histogram.others_review
    return VerdictCounts(
        allow=sum(free[:review_from]),
        review=sum(free[review_from:block_from]) + sum(reviewed[:block_from]),
        block=sum(histogram.others_block) + sum(free[block_from:]) + sum(reviewed[block_from:]),
    )
