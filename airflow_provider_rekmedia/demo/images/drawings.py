"""Simple pictures, drawn with Pillow: a person recognizes a beach or a casino."""

from collections.abc import Callable, Mapping
from math import cos, pi, sin
from random import Random
from types import MappingProxyType
from typing import Final

from PIL import Image

from .canvas import Canvas

__all__ = ["SUBJECTS", "draw"]


def _landscape(size: tuple[int, int], rng: Random) -> Image.Image:
    canvas = Canvas(size, rng.choice(["#3d7edb", "#27408b", "#f29e6d"]), "#f6e7c1")
    canvas.oval(rng.uniform(0.15, 0.85), 0.25, 0.12, 0.16, "#fff4b8")
    for height, colour in ((0.45, "#7a9e87"), (0.6, "#4c7a5b"), (0.78, "#2f5d3a")):
        ridge = [(step / 6, height + rng.uniform(-0.09, 0.09)) for step in range(7)]
        canvas.shape([(0, 1), *ridge, (1, 1)], colour)
    return canvas.image


def _portrait(size: tuple[int, int], rng: Random) -> Image.Image:
    canvas = Canvas(size, rng.choice(["#8fa3b8", "#b5c9a8", "#c8b6d6"]), "#e9e4da")
    canvas.oval(0.5, 1.05, 0.8, 0.7, rng.choice(["#33415c", "#7d1f3d", "#1f6f5c"]))
    canvas.oval(0.5, 0.42, 0.36, 0.5, rng.choice(["#f0c8a0", "#c68863", "#8d5a3b", "#5c3a25"]))
    for x in (0.42, 0.58):
        canvas.oval(x, 0.38, 0.04, 0.05, "#202020")
    canvas.bar(0.45, 0.54, 0.1, 0.015, "#8c3b3b")
    return canvas.image


def _beach(size: tuple[int, int], rng: Random) -> Image.Image:
    canvas = Canvas(size, "#58b8e8", "#d8f0f8")
    canvas.bar(0, 0.5, 1, 0.2, "#1f86b5")
    canvas.bar(0, 0.68, 1, 0.32, "#ecd59f")
    x, colour = rng.uniform(0.3, 0.7), rng.choice(["#d94f4f", "#e6a23c", "#4f8fd9"])
    canvas.bar(x, 0.35, 0.012, 0.45, "#7a5230")
    canvas.shape([(x - 0.2, 0.42), (x, 0.26), (x + 0.2, 0.42)], colour)
    return canvas.image


def _wine(size: tuple[int, int], rng: Random) -> Image.Image:
    canvas = Canvas(size, "#3a2230", "#8a5a50")
    x = rng.uniform(0.35, 0.65)
    canvas.oval(x, 0.35, 0.26, 0.4, "#e8dede")
    canvas.oval(x, 0.4, 0.22, 0.28, rng.choice(["#7b1030", "#e2c25a"]))
    canvas.bar(x - 0.008, 0.54, 0.016, 0.28, "#e8dede")
    canvas.oval(x, 0.83, 0.22, 0.05, "#e8dede")
    return canvas.image


#: Coordinates of the dots of a die.
_DOTS: Final = ((0.06, 0.08), (0.24, 0.08), (0.15, 0.2), (0.06, 0.32), (0.24, 0.32))


def _casino(size: tuple[int, int], rng: Random) -> Image.Image:
    canvas = Canvas(size, "#0b5d3b", "#0a3d29")
    for x in (0.15, 0.55):
        y = rng.uniform(0.25, 0.45)
        canvas.bar(x, y, 0.3, 0.4, "#faf7f0")
        for across, down in rng.sample(_DOTS, 4):
            canvas.oval(x + across, y + down, 0.05, 0.07, "#b01020")
    return canvas.image


def _cigarette(size: tuple[int, int], rng: Random) -> Image.Image:
    canvas = Canvas(size, "#9aa0a6", "#5f6368")
    y = rng.uniform(0.5, 0.7)
    canvas.bar(0.15, y, 0.18, 0.07, "#d9903d")
    canvas.bar(0.33, y, 0.45, 0.07, "#f4f4f0")
    canvas.bar(0.78, y, 0.03, 0.07, "#e0401a")
    for step in range(5):
        canvas.oval(0.82 + 0.02 * step, y - 0.08 - 0.09 * step, 0.09, 0.07, "#c4c7ca")
    return canvas.image


def _pills(size: tuple[int, int], rng: Random) -> Image.Image:
    canvas = Canvas(size, "#dfe9f2", "#b7cbe0")
    for _ in range(14):
        x, y = rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9)
        canvas.oval(x, y, 0.1, 0.07, rng.choice(["#e4572e", "#f3f3f3", "#2e86ab", "#f2c14e"]))
    return canvas.image


def _comic(size: tuple[int, int], rng: Random) -> Image.Image:
    canvas = Canvas(size, "#fff176", "#ffb74d")
    turns = [2 * pi * corner / 24 for corner in range(24)]
    reaches = [rng.uniform(0.4, 0.48) if corner % 2 else 0.3 for corner in range(24)]
    spikes = [
        (0.5 + reach * cos(turn), 0.5 + reach * sin(turn)) for turn, reach in zip(turns, reaches, strict=True)
    ]
    canvas.shape(spikes, "#d32f2f")
    canvas.oval(0.5, 0.5, 0.36, 0.4, "#fffde7")
    for x in (0.43, 0.57):
        canvas.oval(x, 0.46, 0.05, 0.12, "#212121")
    return canvas.image


_PAINTERS: Final[Mapping[str, Callable[[tuple[int, int], Random], Image.Image]]] = MappingProxyType(
    {
        "landscape": _landscape,
        "portrait": _portrait,
        "beach": _beach,
        "wine": _wine,
        "casino": _casino,
        "cigarette": _cigarette,
        "pills": _pills,
        "comic": _comic,
    }
)

#: The subjects that can be drawn.
SUBJECTS: Final = tuple(_PAINTERS)


def draw(subject: str, size: tuple[int, int], rng: Random) -> Image.Image:
    """
    Draw a picture.

    :param subject: one of ``SUBJECTS``
    :param size: width and height in pixels
    :param rng: varies the details; the same seed draws the same picture
    :return: an RGB image
    """
    return _PAINTERS[subject](size, rng)
