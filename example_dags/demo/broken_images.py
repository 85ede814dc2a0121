"""Image files that Rekognition refuses, each for a reason of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Final

from demo.drawings import draw

__all__ = ["BrokenImage", "iter_broken"]

_SIZE: Final = (480, 360)
_OF_EACH_KIND: Final = 3


@dataclass(frozen=True)
class BrokenImage:
    """
    One file.

    :param fault: what is wrong with it, as a word for its name
    :param suffix: the end of its name, which lies when the fault is a wrong format
    """

    fault: str
    suffix: str
    content_type: str
    body: bytes


def iter_broken(dice: Random) -> Iterator[BrokenImage]:
    """
    Make three files of each kind: WebP that calls itself JPEG, cut off half-way, smaller than 80 pixels.

    :param dice: decides the details of the pictures
    """
    for _ in range(_OF_EACH_KIND):
        yield BrokenImage("webp-inside", ".jpg", "image/jpeg", _encoded("WEBP", _SIZE, dice))
    for _ in range(_OF_EACH_KIND):
        whole = _encoded("JPEG", _SIZE, dice)
        yield BrokenImage("half-uploaded", ".jpg", "image/jpeg", whole[: len(whole) // 2])
    for _ in range(_OF_EACH_KIND):
        yield BrokenImage("thumbnail", ".png", "image/png", _encoded("PNG", (64, 48), dice))


def _encoded(image_format: str, size: tuple[int, int], dice: Random) -> bytes:
    file = BytesIO()
    draw("landscape", size, dice).save(file, image_format)
    return file.getvalue()
