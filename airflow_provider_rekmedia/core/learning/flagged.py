"""
Flagged images by the rule that decided, and how many of them people confirmed as violations.

A flagged image is one that the policy blocks or sends to review.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.core.report.intervals import Interval, wilson_interval
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .combined_intervals import Estimated, weighted_sum
from .reviewer_errors import NO_ERRORS, ReviewerErrors

__all__ = ["MIN_REVIEWED", "FlaggedGroup", "Group", "confirmed_violations", "count_groups", "missing_reviews"]

#: With fewer reviewed images of a group there is no estimate.
MIN_REVIEWED: Final = 50

#: The rule that decided, and its verdict.
Group = tuple[str, Decision]


@dataclass(frozen=True, slots=True)
class FlaggedGroup:
    """
    Images that one rule blocked, or sent to review.

    :param images: All of them.
    :param reviewed: Those that a person decided about.
    :param confirmed: Those that a person decided to block.
    """

    images: int
    reviewed: int
    confirmed: int

    @property
    def missing(self) -> int:
        """How many more reviews the precision needs."""
        return max(0, MIN_REVIEWED - self.reviewed)

    def precision(self, errors: ReviewerErrors = NO_ERRORS) -> Estimated:
        """Return the share of violations; there must be a reviewed image."""
        interval = wilson_interval(self.confirmed, self.reviewed)
        return errors.correct(Estimated(self.confirmed / self.reviewed, interval))

    def violations(self, errors: ReviewerErrors = NO_ERRORS) -> Estimated:
        """
        Return the violations among all images.

        If people are right, those that they confirmed are known, and only the others are estimated.
        """
        known = self.reviewed if errors == NO_ERRORS else 0
        confirmed, others, share = (
            min(self.confirmed, known),
            self.images - known,
            self.precision(errors),
        )
        interval = Interval(confirmed + others * share.interval.low, confirmed + others * share.interval.high)
        return Estimated(confirmed + others * share.value, interval)

    def __add__(self, other: "FlaggedGroup") -> "FlaggedGroup":
        """Return both groups as one."""
        return FlaggedGroup(
            self.images + other.images, self.reviewed + other.reviewed, self.confirmed + other.confirmed
        )


def count_groups(
    decided: Iterable[tuple[Group, bool]], flagged: Mapping[Group, int]
) -> dict[Group, FlaggedGroup]:
    """
    Count reviewed images by group.

    :param decided: The group of each reviewed image, and whether a person confirmed the violation.
    :param flagged: All flagged images of the same runs, by group. A group that is missing here has only its
        reviewed images.
    """
    groups = {group: FlaggedGroup(images, 0, 0) for group, images in flagged.items() if images}
    for group, is_violation in decided:
        known = groups.get(group, FlaggedGroup(0, 0, 0))
        reviewed = known.reviewed + 1
        images = max(known.images, reviewed)
        groups[group] = FlaggedGroup(images, reviewed, known.confirmed + is_violation)
    return dict(sorted(groups.items()))


def missing_reviews(groups: Mapping[Group, FlaggedGroup]) -> dict[Decision, int]:
    """Return how many more reviews :func:`confirmed_violations` needs, by verdict; empty if it has enough."""
    counted = ((verdict, small.missing) for verdict, small in _small_groups(groups).items())
    return {verdict: missing for verdict, missing in counted if missing}


def confirmed_violations(
    groups: Mapping[Group, FlaggedGroup], errors: ReviewerErrors = NO_ERRORS
) -> Estimated:
    """
    Return the violations among all flagged images. Groups with few reviews are estimated together.

    :param groups: With enough reviews: see :func:`missing_reviews`.
    """
    large = [group for group in groups.values() if _is_large(group)]
    parts = [*large, *_small_groups(groups).values()]
    return weighted_sum((1.0, group.violations(errors)) for group in parts)


def _is_large(group: FlaggedGroup) -> bool:
    """Whether the group needs no other: it has enough reviews, or each image is reviewed."""
    return not group.missing or group.reviewed == group.images


def _small_groups(groups: Mapping[Group, FlaggedGroup]) -> dict[Decision, FlaggedGroup]:
    """Add the other groups, by verdict."""
    small: dict[Decision, FlaggedGroup] = {}
    for (_, verdict), group in groups.items():
        if not _is_large(group):
            small[verdict] = small.get(verdict, FlaggedGroup(0, 0, 0)) + group
    return small
