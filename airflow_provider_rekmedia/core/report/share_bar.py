"""The geometry of bars that show shares: the parts of a whole, and a share with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .report_file import LabelCount
from .scales import LinearScale, nice_ticks

__all__ = ["LabelBar", "Part", "label_bars", "parts_of"]

_WIDTH: Final = 1000.0
_MIN_PART: Final = 4.0
_BAR: Final = 160.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar that is 1000 wide."""

    name: str
    images: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class LabelBar:
    """A label's bar, which is at most 160 wide, and its interval."""

    label: LabelCount
    width: float
    low: float
    high: float


def parts_of(images: Mapping[str, int]) -> tuple[Part, ...]:
    """
    Divide a bar. A part with few images is widened until it can be seen, and the others shrink.

    :param images: Images by name, in order. Names without images have no part.
    """
    shown = {name: count for name, count in images.items() if count}
    total = sum(shown.values())
    widths = {name: max(_MIN_PART, _WIDTH * count / total) for name, count in shown.items()}
    scale = _WIDTH / max(1.0, sum(widths.values()))
    parts, x = [], 0.0
    for name, count in shown.items():
        width = widths[name] * scale
        parts.append(Part(name, count, round(x, 1), round(width, 1)))
        x += width
    return tuple(parts)


def label_bars(labels: Sequence[LabelCount]) -> tuple[LabelBar, ...]:
    """Lay out the bars of labels on one scale."""
    largest = max((label.share_high for label in labels), default=0.0)
    scale = LinearScale(nice_ticks(largest)[-1], 0.0, _BAR)
    return tuple(
        LabelBar(label, scale(label.share_pct), scale(label.share_low), scale(label.share_high))
        for label in labels
    )
