"""Image files that Rekognition refuses, for different reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Final

from .drawings import draw

__all__ = ["BrokenImage", "iter_broken_images"]

_SIZE: Final = (480, 360)
_FILES_PER_KIND: Final = 3


@dataclass(frozen=True)
class BrokenImage:
    """
    One file.

    :param fault: what is wrong with it; part of its name
    :param suffix: the end of its name; it does not match the body if the fault is a wrong format
    :param content_type: what the uploader sends
    :param body: its bytes
    """

    fault: str
    suffix: str
    content_type: str
    body: bytes


def iter_broken_images(rng: Random) -> Iterator[BrokenImage]:
    """
    Make three files of each kind: WebP with the suffix .jpg, truncated JPEG, smaller than 80 pixels.

    :param rng: varies the pictures
    """
    for _ in range(_FILES_PER_KIND):
        yield BrokenImage("webp-inside", ".jpg", "image/jpeg", _encoded("WEBP", _SIZE, rng))
    for _ in range(_FILES_PER_KIND):
        whole = _encoded("JPEG", _SIZE, rng)
        yield BrokenImage("half-uploaded", ".jpg", "image/jpeg", whole[: len(whole) // 2])
    for _ in range(_FILES_PER_KIND):
        yield BrokenImage("thumbnail", ".png", "image/png", _encoded("PNG", (64, 48), rng))


def _encoded(image_format: str, size: tuple[int, int], rng: Random) -> bytes:
    file = BytesIO()
    draw("landscape", size, rng).save(file, image_format)
    return file.getvalue()
