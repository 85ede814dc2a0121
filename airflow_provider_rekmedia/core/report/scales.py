"""Scales, ticks and number formats of charts."""

import math
from dataclasses import dataclass
from itertools import count
from typing import Final

__all__ = ["LinearScale", "Tick", "compact", "nice_ticks", "ticks_of"]

#: The steps between ticks are these numbers times a power of ten.
_NICE: Final = (1, 2, 5)
_UNITS: Final = ((10**9, "B"), (10**6, "M"), (10**3, "k"))


@dataclass(frozen=True, slots=True)
class LinearScale:
    """
    Maps a value to a coordinate. The value 0 is at *start*, and *top* is at *end*.

    :param top: The largest value, above 0.
    :param start: A coordinate.
    :param end: A coordinate; below *start* for a vertical axis, because SVG counts downwards.
    """

    top: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the coordinate, rounded to a tenth of a pixel. Values beyond the ends are cut off."""
        share = min(1.0, max(0.0, value / self.top))
        return round(self.start + share * (self.end - self.start), 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """
    A mark on an axis.

    :param at: Its coordinate.
    """

    at: float
    text: str


def nice_ticks(largest: float, wanted: int = 4) -> list[float]:
    """
    Return round numbers from 0 up to at least a value, in equal steps of 1, 2 or 5 times a power of ten.

    :param largest: The largest value to show; from 0 up.
    :param wanted: About how many steps; there are at most that many and one.
    """
    if largest <= 0:
        return [0.0, 1.0]
    rough = largest / wanted
    power = math.floor(math.log10(rough))
    for exponent in count(power):
        for factor in _NICE:
            step = factor * 10.0**exponent
            if step >= rough * (1 - 1e-9):
                steps = math.ceil(largest / step - 1e-9)
                return [float(f"{step * number:.12g}") for number in range(max(1, steps) + 1)]
    raise AssertionError  # pragma: no cover  count() has no end, which mypy does not know


def ticks_of(values: list[float], scale: LinearScale, suffix: str = "") -> list[Tick]:
    """Return the ticks for values, with their texts."""
    return [Tick(scale(value), f"{compact(value)}{suffix}") for value in values]


def compact(number: float) -> str:
    """Format a number in at most five characters: ``950``, ``1.2k``, ``35M``, ``0.25``."""
    for size, unit in _UNITS:
        if number >= size:
            shown = f"{number / size:.1f}".removesuffix(".0")
            return f"{shown}{unit}"
    return f"{number:.2f}".rstrip("0").rstrip(".")
