"""Corrects a share for known errors of the reviewers, by Rogan and Gladen."""

from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.core.report.intervals import Interval

from .combined_intervals import Estimated

__all__ = ["NO_ERRORS", "ReviewerErrors"]


@dataclass(frozen=True, slots=True)
class ReviewerErrors:
    """
    How often reviewers decide wrong, as measured with images whose truth is known.

    :param missed: The share of violations that a reviewer allows, 0 to 1.
    :param wrong: The share of other images that a reviewer blocks. Both together are below 1.
    """

    missed: float
    wrong: float

    def __post_init__(self) -> None:
        """
        Check that a decision says anything about an image.

        :raises ValueError: The shares are not shares, or decisions with these errors mean nothing.
        """
        if not (self.missed >= 0 and self.wrong >= 0 and self.missed + self.wrong < 1):
            message = (
                f"missed ({self.missed}) and wrong ({self.wrong}) must be from 0 up, and below 1 together"
            )
            raise ValueError(message)

    def correct(self, decided: Estimated) -> Estimated:
        """
        Return the share of violations from the share of images that reviewers decided to block.

        The bounds are corrected in the same way, so the interval covers the truth as often as before.
        """
        interval = decided.interval
        return Estimated(
            self._true_share(decided.value),
            Interval(self._true_share(interval.low), self._true_share(interval.high)),
        )

    def _true_share(self, decided: float) -> float:
        return min(1.0, max(0.0, (decided - self.wrong) / (1 - self.missed - self.wrong)))


#: People are right: an estimate is about what people decide.
NO_ERRORS: Final = ReviewerErrors(0.0, 0.0)
