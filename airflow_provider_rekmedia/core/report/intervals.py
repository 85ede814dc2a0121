"""Confidence intervals for shares of images, by Wilson and Newcombe. They also hold for rare labels."""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

__all__ = ["Interval", "difference_interval", "wilson_interval"]

#: The 97.5th percentile of the normal distribution, for two-sided intervals of 95 %.
_Z: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Interval:
    """
    An interval of 95 %, with both bounds included.

    :param low: The lower bound, a fraction; for a difference it may be negative.
    :param high: The upper bound, a fraction.
    """

    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference with this interval is more than chance."""
        return self.low > 0 or self.high < 0


def wilson_interval(count: float, total: float) -> Interval:
    """
    Return the score interval of Wilson for a share. Unlike the textbook interval, it stays within 0 and 1.

    :param count: Images with the property, 0 to *total*. Both may be effective numbers of a weighted sample,
        which are not whole.
    :param total: All images; for 0 images the share can have any value.
    """
    if not total:
        return Interval(0.0, 1.0)
    share = count / total
    weight = _Z * _Z / total
    center = (share + weight / 2) / (1 + weight)
    margin = math.sqrt(weight * (share * (1 - share) + weight / 4)) / (1 + weight)
    # At the ends, the formula equals the share but for rounding.
    low = 0.0 if count == 0 else max(0.0, center - margin)
    high = 1.0 if count == total else min(1.0, center + margin)
    return Interval(low, high)


def difference_interval(count: int, total: int, earlier_count: int, earlier_total: int) -> Interval:
    """
    Return Newcombe's interval for the difference of two independent shares, the newer minus the earlier.

    :param count: Images with the property now, of *total*.
    :param earlier_count: Images with the property earlier, of *earlier_total*.
    """
    if not total or not earlier_total:
        return Interval(-1.0, 1.0)
    now, then = count / total, earlier_count / earlier_total
    new, old = wilson_interval(count, total), wilson_interval(earlier_count, earlier_total)
    return Interval(
        now - then - math.hypot(now - new.low, old.high - then),
        now - then + math.hypot(new.high - now, then - old.low),
    )
