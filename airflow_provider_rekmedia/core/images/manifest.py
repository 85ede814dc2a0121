"""The input manifest: JSON Lines, one image a line; and how many images and bytes the service takes."""

import json.encoder
import math
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

import msgspec

from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = [
    "MANIFEST_MAX_BYTES",
    "MANIFEST_MAX_IMAGES",
    "decode_manifest_line",
    "encode_manifest_line",
    "iter_shards",
    "plan_shards",
]

#: "Up to 10k images per batch; manifest up to 50 MB", read in the narrow sense. Source:
#: https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MANIFEST_MAX_IMAGES: Final = 10_000
MANIFEST_MAX_BYTES: Final = 50_000_000

_Row = TypeVar("_Row")


class _Line(msgspec.Struct, frozen=True):
    source_ref: str = msgspec.field(name="source-ref")


_DECODER: Final = msgspec.json.Decoder(_Line)


def encode_manifest_line(image: S3Uri | str) -> bytes:
    """
    Make one line, with its newline. JSON escapes what a key may hold: quotes, newlines, any unicode.

    :param image: The uri, taken apart or as text.
    """
    return b'{"source-ref": %b}\n' % json.encoder.encode_basestring_ascii(str(image)).encode()


def decode_manifest_line(line: bytes) -> str | None:
    """Read the uri of one line, whoever wrote it; ``None`` when it has none."""
    try:
        return _DECODER.decode(line).source_ref
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def plan_shards(images: int, size_bytes: int, *, max_images: int = MANIFEST_MAX_IMAGES) -> int:
    """
    Decide how many manifests a set needs, at least.

    :param images: Lines of the whole set.
    :param size_bytes: Of all its lines.
    :param max_images: Lines per shard, 1 to 10,000.
    """
    return max(math.ceil(images / max_images), math.ceil(size_bytes / MANIFEST_MAX_BYTES))


def iter_shards(
    rows: Iterable[tuple[bytes, _Row]], *, images: int, shards: int, max_images: int = MANIFEST_MAX_IMAGES
) -> Iterator[list[tuple[bytes, _Row]]]:
    """
    Cut a set into even shards, lazily and in order; at most one is in memory.

    :param rows: Each line of the manifest, and what goes with it.
    :param images: How many rows.
    :param shards: As planned; there are more when long lines would make one larger than 50 MB.
    :param max_images: As planned with.
    :return: Shards whose sizes differ by one image at most, but where long lines cut one short.
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
