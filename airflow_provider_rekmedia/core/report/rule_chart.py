"""The geometry of the charts of one rule: the confidences, and the counts at each threshold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .rule_histogram import PERCENTS, RuleHistogram, VerdictCounts, what_if
from .scales import LinearScale, Tick, nice_ticks, ticks_of

__all__ = ["Lines", "RuleChart", "Threshold", "WhatIfRow", "rule_chart"]

_LEFT: Final = 44.0
_RIGHT: Final = 446.0
_TOP: Final = 18.0
_BOTTOM: Final = 124.0
_ROW_EVERY: Final = 5
_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Threshold:
    """
    A threshold of the policy as a line.

    :param at: Percent; ``None`` means never.
    :param x: Its coordinate; for ``None``, the end of the axis.
    """

    name: str
    at: float | None
    x: float


@dataclass(frozen=True, slots=True)
class WhatIfRow:
    """
    The counts of the run if one threshold of the rule were here. The other one keeps its place.

    :param at: The threshold, percent; ``None`` means never.
    :param is_block_now: Whether the policy blocks from here on; the same for *is_review_now*.
    """

    at: float | None
    block: VerdictCounts
    review: VerdictCounts
    is_block_now: bool
    is_review_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """
    The paths of the counts at each threshold.

    :param block: The blocked images by the threshold of ``block``.
    :param review: The reviewed images by the threshold of ``review``.
    """

    y_ticks: tuple[Tick, ...]
    block: str
    review: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChart:
    """
    Both charts, 480 wide and 150 high, and their table.

    :param low: The left end of the axis, percent: no image has a lower confidence for this rule.
    :param bars: The path of the histogram.
    :param edges: The edges of the bins from *low* up.
    :param counts: The images of these bins, by the severity of the verdict of other rules.
    """

    histogram: RuleHistogram
    low: int
    lowest_seen: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    bars: str
    thresholds: tuple[Threshold, ...]
    lines: Lines
    rows: tuple[WhatIfRow, ...]
    edges: tuple[float, ...]
    counts: tuple[tuple[int, ...], ...]
    left: float = _LEFT
    right: float = _RIGHT
    top: float = _TOP
    bottom: float = _BOTTOM


def rule_chart(histogram: RuleHistogram, current: VerdictCounts) -> RuleChart:
    """
    Lay out the charts of a rule.

    :param histogram: Has at least one image.
    :param current: The counts of the run by verdict.
    """
    images = histogram.images_by_bin
    lowest = histogram.edges[next(place for place, count in enumerate(images) if count)]
    low = _low_end(histogram, lowest)
    start = histogram.edges.index(float(low))
    x_scale = LinearScale(_MAX - low, _LEFT, _RIGHT)
    y_values = nice_ticks(max(images), 3)
    y_scale = LinearScale(y_values[-1], _BOTTOM, _TOP)
    by_severity = (histogram.others_allow, histogram.others_review, histogram.others_block)
    return RuleChart(
        histogram=histogram,
        low=low,
        lowest_seen=lowest,
        x_ticks=tuple(Tick(x_scale(value - low), f"{value} %") for value in range(low, _MAX + 1, 10)),
        y_ticks=tuple(ticks_of(_whole(y_values), y_scale)),
        bars=_bars(histogram.edges[start:], images[start:], x_scale, y_scale),
        thresholds=tuple(
            Threshold(name, value, x_scale((_MAX if value is None else value) - low))
            for name, value in (("block", histogram.block), ("review", histogram.review))
        ),
        lines=_lines(histogram, current, low, x_scale),
        rows=tuple(_rows(histogram, current, low)),
        edges=histogram.edges[start:],
        counts=tuple(counts[start:] for counts in by_severity),
    )


def _low_end(histogram: RuleHistogram, lowest: float) -> int:
    """Return the left end of the axis: a multiple of ten below all images and thresholds."""
    thresholds = [value for value in (histogram.block, histogram.review) if value]
    return int(min(lowest, *thresholds, _MAX - 10) // 10) * 10


def _lines(histogram: RuleHistogram, current: VerdictCounts, low: int, x_scale: LinearScale) -> Lines:
    percents = [percent for percent in PERCENTS if percent >= low]
    blocked = [_at(histogram, current, block=percent).block for percent in percents]
    reviewed = [_at(histogram, current, review=percent).review for percent in percents]
    values = nice_ticks(max([*blocked, *reviewed]), 3)
    y_scale = LinearScale(values[-1], _BOTTOM, _TOP)
    xs = [x_scale(percent - low) for percent in percents]
    return Lines(
        y_ticks=tuple(ticks_of(_whole(values), y_scale)),
        block=_line(xs, [y_scale(count) for count in blocked]),
        review=_line(xs, [y_scale(count) for count in reviewed]),
    )


def _at(histogram: RuleHistogram, current: VerdictCounts, **threshold: float | None) -> VerdictCounts:
    now = {"block": histogram.block, "review": histogram.review}
    return what_if(histogram, current, **(now | threshold))


def _rows(histogram: RuleHistogram, current: VerdictCounts, low: int) -> Iterable[WhatIfRow]:
    own = {value for value in (histogram.block, histogram.review) if value is not None}
    steps = {float(value) for value in range(low, _MAX + 1, _ROW_EVERY)}
    for value in [*sorted(steps | own), None]:
        yield WhatIfRow(
            at=value,
            block=_at(histogram, current, block=value),
            review=_at(histogram, current, review=value),
            is_block_now=value == histogram.block,
            is_review_now=value == histogram.review,
        )


def _whole(values: list[float]) -> list[float]:
    """Keep whole numbers: there are no half images."""
    return [value for value in values if value.is_integer()]


def _bars(edges: Sequence[float], images: Sequence[int], x_scale: LinearScale, y_scale: LinearScale) -> str:
    """Draw all bars as one path: it is a tenth of the size of one element for each."""
    low = edges[0]
    width = _RIGHT - _LEFT
    ends = [*edges[1:], edges[-1] + 1]  # exactly 100 % has a bin of its own, drawn within the axis
    parts = []
    for start, end, count in zip(edges, ends, images, strict=True):
        if count:
            left = min(x_scale(start - low), _RIGHT - width / (_MAX - low))
            right = x_scale(end - low)
            top = min(y_scale(count), _BOTTOM - 1)  # a single image is still seen
            parts.append(f"M{left:.1f} {_BOTTOM:g}V{top:.1f}H{max(left + 0.5, right - 0.6):.1f}V{_BOTTOM:g}Z")
    return "".join(parts)


def _line(xs: Sequence[float], ys: Sequence[float]) -> str:
    points = [f"{x:g} {y:g}" for x, y in zip(xs, ys, strict=True)]
    return "M" + "L".join(points)
