"""Image files for tests. Every test that needs the bytes of an image makes them here."""

import io
from functools import cache

from PIL import Image


@cache
def image_bytes(
    width: int = 96, height: int | None = None, *, kind: str = "JPEG", color: str = "orange"
) -> bytes:
    """
    Make an image of one color.

    :param width: In pixels. Rekognition accepts 80 or more.
    :param height: In pixels. ``None`` makes a square.
    :param kind: As Pillow names it, such as ``PNG``.
    """
    file = io.BytesIO()
    Image.new("RGB", (width, height or width), color).save(file, kind)
    return file.getvalue()
