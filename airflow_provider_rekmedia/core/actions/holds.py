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

__all__ = ["HoldRecord", "encode_hold", "hold_uri"]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]


class HoldRecord(msgspec.Struct, frozen=True, kw_only=True):
    """
    One held object. It is held whatever its bytes are.

    :param etag: ETag of the bytes that were seen; ``None`` if it is not known.
    :param held_by: Who holds it.
    :param reason: A code, no description: a record may be read by many.
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


def encode_hold(record: HoldRecord) -> bytes:
    """Encode a record: JSON, UTF-8."""
    return msgspec.json.encode(record)
