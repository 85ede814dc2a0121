"""The images of ``verify``: PNG files of a few hundred bytes, made without a library."""

import struct
import zlib
from typing import Final

__all__ = ["IMAGES", "make_png"]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_RGB, _GRAY = 2, 0


def make_png(width: int, height: int, shade: int = 0, *, is_gray: bool = False) -> bytes:
    """
    Make a PNG of one color. Section 5 of the PNG specification defines the format.

    :param width: In pixels, 1 or more.
    :param height: In pixels, 1 or more.
    :param shade: 0 to 255; it changes the bytes of the file.
    :param is_gray: One byte per pixel instead of three.
    """
    color, pixel = (_GRAY, bytes((shade,))) if is_gray else (_RGB, bytes((shade, 160, 90)))
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    rows = (b"\0" + pixel * width) * height
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


#: The objects of ``verify`` by name. The names are part of keys, and say what is wrong with a file.
IMAGES: Final[dict[str, bytes]] = {
    **{f"plain-{number}.png": make_png(96, 96, number * 20) for number in range(8)},
    "odd key+%20é (1).png": make_png(96, 96, 200),
    "wrong-format.jpg": b"This text is not an image, whatever its name says.\n",
    "too-small.png": make_png(79, 79),
    "truncated.png": make_png(96, 96, 210)[:-30],
    "too-many-pixels.png": make_png(10_001, 80, is_gray=True),
}
