"""
The structure of PNG files.

Pillow refuses valid files with more than 1 MiB of text or color profile, so this module reads the chunks
itself. It checks the header and the checksums. It does not decode pixels. Sections 5 and 11 of the PNG
specification define the format.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["SIGNATURE", "PngHeader", "is_complete_png", "parse_png_header"]

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"

_HEADER: Final = struct.Struct(">IIBBBBB")
#: Color type to its bit depths: section 11.2.1 of the PNG specification.
_BIT_DEPTHS: Final = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}


@dataclass(frozen=True)
class PngHeader:
    """The size of an image, in pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class _Chunk:
    kind: bytes
    body: bytes
    is_intact: bool


def parse_png_header(body: bytes) -> PngHeader | None:
    """Parse the header; ``None`` if it is not valid."""
    first = next(_iter_chunks(body), None)
    if first is None or first.kind != b"IHDR" or len(first.body) != _HEADER.size or not first.is_intact:
        return None
    width, height, depth, color, compression, filtering, interlace = _HEADER.unpack(first.body)
    is_valid = depth in _BIT_DEPTHS.get(color, ()) and not compression and not filtering and interlace <= 1
    return PngHeader(width, height) if width and height and is_valid else None


def is_complete_png(body: bytes) -> bool:
    """Whether all chunks are intact, there is image data, and the end chunk is there."""
    kinds = set()
    for chunk in _iter_chunks(body):
        if not chunk.is_intact:
            return False
        kinds.add(chunk.kind)
        if chunk.kind == b"IEND":
            return b"IDAT" in kinds
    return False


def _iter_chunks(body: bytes) -> Iterator[_Chunk]:
    """Yield the chunks up to the first incomplete one."""
    if not body.startswith(SIGNATURE):
        return
    position = len(SIGNATURE)
    while position + 12 <= len(body):
        length = int.from_bytes(body[position : position + 4])
        kind = body[position + 4 : position + 8]
        content = body[position + 8 : position + 8 + length]
        checksum = body[position + 8 + length : position + 12 + length]
        if len(checksum) < 4:  # noqa: PLR2004 - bytes of a CRC-32
            return
        yield _Chunk(kind, content, zlib.crc32(content, zlib.crc32(kind)) == int.from_bytes(checksum))
        position += 12 + length
