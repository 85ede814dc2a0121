"""
Intervals for sums and ratios of independent estimates, from the interval of each.

The method recovers the variance of each estimate from its interval (MOVER, Zou and Donner 2008; for ratios,
Donner and Zou 2012). It needs no normal distribution, so it holds for rare violations and for none found.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from airflow_provider_rekmedia.core.report.intervals import Interval

__all__ = ["Estimated", "ratio", "weighted_sum"]


@dataclass(frozen=True, slots=True)
class Estimated:
    """A value from 0 up with its interval of 95 %."""

    value: float
    interval: Interval


def weighted_sum(parts: Iterable[tuple[float, Estimated]]) -> Estimated:
    """
    Return the sum of independent estimates, each with its weight.

    :param parts: Pairs of a weight, from 0 up, and an estimate.
    """
    value = below = above = 0.0
    for weight, part in parts:
        value += weight * part.value
        below += (weight * (part.value - part.interval.low)) ** 2
        above += (weight * (part.interval.high - part.value)) ** 2
    return Estimated(value, Interval(max(0.0, value - math.sqrt(below)), value + math.sqrt(above)))


def ratio(numerator: Estimated, denominator: Estimated) -> Estimated:
    """
    Return the ratio of two independent estimates.

    :param denominator: Its value is above 0. If its interval has 0, the ratio has no upper bound.
    """
    top, bottom = numerator.value, denominator.value
    low, high = numerator.interval.low, numerator.interval.high
    least, most = denominator.interval.low, denominator.interval.high
    # Rounding may make a difference that is 0 slightly negative.
    inner = (top * bottom) ** 2 - low * most * (2 * top - low) * (2 * bottom - most)
    lower = (top * bottom - math.sqrt(max(0.0, inner))) / (most * (2 * bottom - most)) if top else 0.0
    upper = math.inf
    if least > 0:
        outer = (top * bottom) ** 2 - high * least * (2 * top - high) * (2 * bottom - least)
        upper = (top * bottom + math.sqrt(max(0.0, outer))) / (least * (2 * bottom - least))
    return Estimated(top / bottom, Interval(max(0.0, lower), upper))
