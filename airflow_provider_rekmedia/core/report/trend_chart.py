"""The geometry of the chart of the last runs: one column for each run, blocked below reviewed images."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .drift import DriftStatus
from .report_file import EarlierRun
from .scales import LinearScale, Tick, nice_ticks, ticks_of

__all__ = ["Column", "TrendChart", "trend_chart"]

_LEFT: Final = 44.0
_RIGHT: Final = 702.0
_TOP: Final = 22.0
_BOTTOM: Final = 176.0
_GAP: Final = 0.3
_MAX_COLUMN: Final = 44.0
_PCT: Final = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    One run. Coordinates count from the top left.

    :param block_y: The top of the blocked part, which starts at the axis.
    :param review_y: The top of the reviewed part, which starts at the blocked part.
    :param block_pct: Percent of the analyzed images.
    :param is_changed: Whether the policy or the model is not that of the run before.
    :param text: The date below the column; ``""`` for most.
    """

    run: EarlierRun
    x: float
    width: float
    block_y: float
    block_height: float
    review_y: float
    review_height: float
    block_pct: float
    review_pct: float
    is_alarm: bool
    is_changed: bool
    text: str

    @property
    def center(self) -> float:
        """The middle of the column."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class TrendChart:
    """The chart, 720 wide and 200 high."""

    columns: tuple[Column, ...]
    y_ticks: tuple[Tick, ...]
    left: float = _LEFT
    right: float = _RIGHT
    top: float = _TOP
    bottom: float = _BOTTOM


def trend_chart(runs: Sequence[EarlierRun]) -> TrendChart:
    """
    Lay out the chart.

    :param runs: At least one run, oldest first; the last one is the run of the report.
    """
    shares = [_shares(run) for run in runs]
    y_values = nice_ticks(max(block + review for block, review in shares))
    y_scale = LinearScale(y_values[-1], _BOTTOM, _TOP)
    slot = (_RIGHT - _LEFT) / max(len(runs), 7)
    width = round(min(_MAX_COLUMN, slot * (1 - _GAP)), 1)
    every = max(1, -(-len(runs) // 7))
    columns = []
    for place, (run, (block, review)) in enumerate(zip(runs, shares, strict=True)):
        block_y, review_y = y_scale(block), y_scale(block + review)
        before = runs[max(0, place - 1)]
        columns.append(
            Column(
                run=run,
                x=round(_LEFT + slot * place + (slot - width) / 2, 1),
                width=width,
                block_y=block_y,
                block_height=round(_BOTTOM - block_y, 1),
                review_y=review_y,
                review_height=round(block_y - review_y, 1),
                block_pct=block,
                review_pct=review,
                is_alarm=run.drift is DriftStatus.ALARM,
                is_changed=_kind(run) != _kind(before),
                text=f"{run.at:%d %b}" if (len(runs) - 1 - place) % every == 0 else "",
            )
        )
    return TrendChart(tuple(columns), tuple(ticks_of(y_values, y_scale, " %")))


def _shares(run: EarlierRun) -> tuple[float, float]:
    analyzed = max(1, run.images.analyzed)
    return _PCT * run.images.block / analyzed, _PCT * run.images.review / analyzed


def _kind(run: EarlierRun) -> tuple[str, tuple[str, ...]]:
    return run.policy_digest, run.model_versions
