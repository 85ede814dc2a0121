"""
The share of violations among allowed images, from an audit sample in strata.

Each audited image stands for ``1 / inclusion probability`` allowed images (Horvitz and Thompson). The images
of all nights count together in their stratum, because one night has too few.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.core.report.intervals import Interval, wilson_interval

from .combined_intervals import Estimated, weighted_sum

__all__ = [
    "MIN_AUDITED",
    "MIN_AUDITED_OF_STRATUM",
    "AuditedStratum",
    "audited_strata",
    "missing_audits",
    "share_of",
]

#: With fewer audited images there is no estimate. At these numbers, simulated intervals cover 93 to 97 %.
MIN_AUDITED: Final = 500
MIN_AUDITED_OF_STRATUM: Final = 100


@dataclass(frozen=True, slots=True)
class AuditedStratum:
    """
    The audited images of one stratum.

    :param reviewed: Audited images.
    :param found: Violations among them.
    :param images: Allowed images of the stratum: the sum of the weights.
    :param weighted_found: The sum of the weights of the violations.
    :param squares: The sum of the squared weights.
    """

    reviewed: int = 0
    found: int = 0
    images: float = 0.0
    weighted_found: float = 0.0
    squares: float = 0.0

    def with_image(self, inclusion_probability: float, *, is_violation: bool) -> "AuditedStratum":
        """Return the stratum with one more audited image."""
        weight = 1 / inclusion_probability
        return AuditedStratum(
            self.reviewed + 1,
            self.found + is_violation,
            self.images + weight,
            self.weighted_found + weight * is_violation,
            self.squares + weight * weight,
        )

    @property
    def effective(self) -> float:
        """How many images with equal weights say as much (Kish)."""
        return self.images**2 / self.squares

    @property
    def share(self) -> Estimated:
        """The share of violations; there must be an audited image."""
        share = min(1.0, self.weighted_found / self.images)
        wilson = wilson_interval(share * self.effective, self.effective)
        # If half of the images are audited, only the other half is unknown.
        unknown = math.sqrt(max(0.0, 1 - self.reviewed / self.images))
        low = share - (share - wilson.low) * unknown
        return Estimated(share, Interval(low, share + (wilson.high - share) * unknown))

    @property
    def missing(self) -> int:
        """How many more audited images an estimate needs. No more than the stratum has."""
        needed = min(MIN_AUDITED_OF_STRATUM, math.floor(self.images + 0.5))
        return max(0, needed - self.reviewed)


def audited_strata(images: Iterable[tuple[str, float, bool]]) -> dict[str, AuditedStratum]:
    """
    Count audited images by stratum.

    :param images: The stratum, the inclusion probability, and whether a person found a violation.
    """
    strata: dict[str, AuditedStratum] = {}
    for name, probability, is_violation in images:
        stratum = strata.get(name, AuditedStratum())
        strata[name] = stratum.with_image(probability, is_violation=is_violation)
    return dict(sorted(strata.items()))


def missing_audits(strata: Mapping[str, AuditedStratum]) -> int:
    """Return how many more audited images an estimate needs; 0 if there are enough."""
    reviewed = sum(stratum.reviewed for stratum in strata.values())
    images = math.floor(sum(stratum.images for stratum in strata.values()) + 0.5)
    needed = min(MIN_AUDITED, images) if strata else MIN_AUDITED
    return max(0, needed - reviewed, sum(stratum.missing for stratum in strata.values()))


def share_of(strata: Mapping[str, AuditedStratum]) -> Estimated:
    """
    Return the share of violations among all allowed images. If none is found, the upper bound is above 0.

    :param strata: At least one, each with an audited image.
    """
    total = sum(stratum.images for stratum in strata.values())
    return weighted_sum((stratum.images / total, stratum.share) for stratum in strata.values())
