"""The geometry of the bars of estimates: a share of 0 to 100 % with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .review_quality import RulePrecision
from .scales import LinearScale

__all__ = ["PrecisionBar", "precision_bars"]

_BAR: Final = 160.0
_SCALE: Final = LinearScale(100.0, 0.0, _BAR)


@dataclass(frozen=True, slots=True)
class PrecisionBar:
    """A rule with its bar, which is at most 160 wide. Without an estimate, all coordinates are 0."""

    rule: RulePrecision
    width: float
    low: float
    high: float


def precision_bars(rules: Sequence[RulePrecision]) -> tuple[PrecisionBar, ...]:
    """Lay out the bars of the precision of rules."""
    return tuple(
        PrecisionBar(
            rule,
            _SCALE(rule.precision.value or 0.0),
            _SCALE(rule.precision.low or 0.0),
            _SCALE(rule.precision.high or 0.0),
        )
        for rule in rules
    )
