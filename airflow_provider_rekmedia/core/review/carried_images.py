"""
Which undecided images of a run a later run carried on.

The file has digests only, so it does not show the key of an image that was escalated since.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

__all__ = ["decode_carried", "encode_carried", "image_digest"]

_DIGITS: Final = 32


class _CarriedImages(msgspec.Struct, frozen=True, kw_only=True):
    version: Literal[1] = 1
    images: tuple[str, ...]


_DECODER: Final = JsonFileDecoder(_CarriedImages, UnreadableReview)


def image_digest(row: VerdictRow) -> str:
    """Return a digest of an image and its bytes; other bytes of the same key have another one."""
    return sha256(f"{row.uri}\n{row.etag or ''}".encode()).hexdigest()[:_DIGITS]


def encode_carried(rows: Iterable[VerdictRow]) -> bytes:
    """Encode a file: JSON, UTF-8."""
    return msgspec.json.encode(_CarriedImages(images=tuple(map(image_digest, rows))))


def decode_carried(body: bytes, uri: str) -> tuple[str, ...]:
    """
    Decode a file to the digests of its images. Fields of a later release are ignored.

    :param uri: Where the file is, for the error.
    :raises UnreadableReview: The file is damaged, or its version is unknown.
    """
    return _DECODER.decode(body, uri).images
