"""Image files for tests. Every test that needs the bytes of an image makes them here."""

import io
from functools import cache

from PIL import Image


@cache
def image_bytes(side: int = 96, *, kind: str = "JPEG", color: str = "orange") -> bytes:
    """
    Make a square image of one color.

    :param side: In pixels. Rekognition accepts 80 or more.
    :param kind: As Pillow names it, such as ``PNG``.
    """
    file = io.BytesIO()
    Image.new("RGB", (side, side), color).save(file, kind)
    return file.getvalue()
