"""
Hold records: which objects no action may touch.

A record is one small JSON object in S3, at a key that is derived from the image. A review writes it when a
person escalates an image. An action looks for it right before it changes the object. A record has no end:
somebody deletes it.
"""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal

import msgspec

from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["HoldRecord", "bytes_hold_uri", "encode_hold", "hold_uri"]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]


class HoldRecord(msgspec.Struct, frozen=True, kw_only=True):
    """
    One held object. It is held whatever its bytes are.

    :param etag: ETag of the bytes that were seen; ``None`` if it is not known.
    :param held_by: Who holds it.
    :param reason: A code, no description: a record may be read by many. ``same_bytes`` is a copy of an image
        that somebody escalated.
    """

    version: Literal[1] = 1
    uri: str
    held_at: _AwareUtc
    held_by: str
    reason: str = "escalated"
    etag: str | None = None


def hold_uri(holds: S3Uri, image: S3Uri) -> S3Uri:
    """
    Return where the record of an image is: ``<holds><SHA-256 of the image's s3:// uri>.json``.

    The name does not show the key of the image.
    """
    return holds.join(f"{sha256(str(image).encode()).hexdigest()}.json")


def bytes_hold_uri(holds: S3Uri, etag: str) -> S3Uri:
    """
    Return where the record of an image's bytes is: ``<holds>bytes/<SHA-256 of the ETag>.json``.

    A review writes it beside the record of the image, so that the same bytes under another key do not come
    back.

    :param etag: Without quotes.
    """
    return holds.join(f"bytes/{sha256(etag.encode()).hexdigest()}.json")


def encode_hold(record: HoldRecord) -> bytes:
    """Encode a record: JSON, UTF-8."""
    return msgspec.json.encode(record)
