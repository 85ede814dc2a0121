"""The file beside a manifest: what its listing said of each image, and how often the image was tried."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableLedger
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["ShardEntry", "decode_shard_entry", "encode_shard_entry", "shard_entries_uri"]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]

_FOLDER: Final = "_rekmedia"


class ShardEntry(msgspec.Struct, frozen=True):
    """
    One image of the manifest.

    :param etag: ``None`` if the source had none.
    :param attempts: How often the image was tried before.
    :param scan: See :class:`ledger.LedgerEntry`.
    :param modified_at: ``None`` if the source had none.
    :param size_bytes: ``None`` if the source had none.
    """

    source_ref: str = msgspec.field(name="source-ref")
    etag: str | None = None
    attempts: int = 0
    scan: str = ""
    modified_at: _AwareUtc | None = msgspec.field(name="last_modified", default=None)
    size_bytes: int | None = None


_DECODER: Final = JsonFileDecoder(ShardEntry, UnreadableLedger)


def shard_entries_uri(manifest: S3Uri) -> S3Uri:
    """Return the uri of the file beside a manifest, in a folder ``_…`` that readers of tables skip."""
    folder, _, name = manifest.key.rpartition("/")
    return S3Uri(manifest.bucket, "/".join(filter(None, (folder, _FOLDER, name))))


def encode_shard_entry(entry: ShardEntry) -> bytes:
    """Encode one line, with its newline."""
    return msgspec.json.encode(entry) + b"\n"


def decode_shard_entry(line: bytes, uri: str) -> ShardEntry:
    """
    Decode one line.

    :param uri: The file of the line, for the error.
    :raises UnreadableLedger: The line is damaged.
    """
    return _DECODER.decode(line, uri)
