"""The input manifest: JSON Lines, one image per line, within the limits of the service."""

import json.encoder
import math
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

import msgspec

from airflow_provider_rekmedia.core.json_files import JSON_DECODE_ERRORS
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = [
    "MANIFEST_MAX_BYTES",
    "MANIFEST_MAX_IMAGES",
    "decode_manifest_line",
    "encode_manifest_line",
    "iter_shards",
    "plan_shards",
]

#: AWS documents "up to 10k images per batch; manifest up to 50 MB". These are the smaller readings of it.
#: https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
#: (unknown: manifest-limits)
MANIFEST_MAX_IMAGES: Final = 10_000
MANIFEST_MAX_BYTES: Final = 50_000_000

_Row = TypeVar("_Row")


# Only source-ref is written and read (unknown: extra-manifest-keys).
class _Line(msgspec.Struct, frozen=True):
    source_ref: str = msgspec.field(name="source-ref")


_DECODER: Final = msgspec.json.Decoder(_Line)


def encode_manifest_line(image: S3Uri | str) -> bytes:
    """
    Encode one line, with its newline. JSON escapes all characters that a key may contain.

    :param image: The uri of the image.
    """
    return b'{"source-ref": %b}\n' % json.encoder.encode_basestring_ascii(str(image)).encode()


def decode_manifest_line(line: bytes) -> str | None:
    """Return the uri of one line, or ``None`` if the line has none. Lines are untrusted."""
    try:
        return _DECODER.decode(line).source_ref
    except JSON_DECODE_ERRORS:
        return None


def plan_shards(images: int, size_bytes: int, *, max_images: int = MANIFEST_MAX_IMAGES) -> int:
    """
    Return the least number of manifests for a set of images.

    :param images: Number of lines of the set.
    :param size_bytes: Size of all lines.
    :param max_images: Most lines per shard, 1 to 10,000.
    """
    return max(math.ceil(images / max_images), math.ceil(size_bytes / MANIFEST_MAX_BYTES))


def iter_shards(
    rows: Iterable[tuple[bytes, _Row]], *, images: int, shards: int, max_images: int = MANIFEST_MAX_IMAGES
) -> Iterator[list[tuple[bytes, _Row]]]:
    """
    Split a set into even shards, lazily and in order. At most one shard is in memory.

    :param rows: Each line of the manifest, with a value that stays with it.
    :param images: Number of rows.
    :param shards: The result of :func:`plan_shards`. There are more if long lines make a shard exceed 50 MB.
    :param max_images: As for :func:`plan_shards`.
    :return: Shards whose sizes differ by at most one image, unless long lines end a shard early.
    """
    shard: list[tuple[bytes, _Row]] = []
    size_bytes, left = 0, shards
    even = min(math.ceil(images / max(left, 1)), max_images)
    for line, row in rows:
        if shard and (len(shard) >= even or size_bytes + len(line) > MANIFEST_MAX_BYTES):
            yield shard
            images, left = images - len(shard), left - 1
            even = min(math.ceil(images / max(left, 1)), max_images)
            shard, size_bytes = [], 0
        shard.append((line, row))
        size_bytes += len(line)
    if shard:
        yield shard
