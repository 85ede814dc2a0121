"""The input manifest: JSON Lines, one image a line; and how many images and bytes the service takes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from .s3_uri import S3Uri

__all__ = [
    "MANIFEST_MAX_BYTES",
    "MANIFEST_MAX_IMAGES",
    "Shard",
    "encode_manifest_line",
    "has_image_suffix",
    "iter_shards",
]

#: "Up to 10k images per batch; manifest up to 50 MB", read in the narrow sense. Source:
#: https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MANIFEST_MAX_IMAGES: Final = 10_000
MANIFEST_MAX_BYTES: Final = 50_000_000

_IMAGE_SUFFIXES: Final = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class Shard:
    """
    One manifest, ready to write.

    :param body: The lines, each with its newline.
    :param images: How many lines.
    """

    body: bytes
    images: int


def has_image_suffix(key: str) -> bool:
    """Whether the key looks like a JPEG or a PNG, the two formats that Rekognition takes, in any case."""
    return key.lower().endswith(_IMAGE_SUFFIXES)


def encode_manifest_line(image: S3Uri) -> bytes:
    """Make one line, with its newline. JSON escapes what a key may hold: quotes, newlines, any unicode."""
    return json.dumps({"source-ref": str(image)}).encode() + b"\n"


def iter_shards(images: Iterable[S3Uri], *, max_images: int = MANIFEST_MAX_IMAGES) -> Iterator[Shard]:
    """
    Cut a stream of images into manifests, lazily and in order; at most one shard is in memory.

    :param max_images: Lines per shard, 1 to 10,000. A shard is cut earlier when it reaches 50 MB.
    """
    body, lines = bytearray(), 0
    for image in images:
        line = encode_manifest_line(image)
        if lines == max_images or len(body) + len(line) > MANIFEST_MAX_BYTES:
            yield Shard(bytes(body), lines)
            body, lines = bytearray(), 0
        body += line
        lines += 1
    if lines:
        yield Shard(bytes(body), lines)
