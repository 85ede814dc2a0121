"""Reads what the listing said of the images of one manifest: ETag, size, time and attempts."""

from collections.abc import Mapping

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.images.shard_entry import (
    ShardEntry,
    decode_shard_entry,
    shard_entries_uri,
)
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri

__all__ = ["read_listed_images"]


def read_listed_images(manifest_uri: str | None, objects: S3Objects) -> Mapping[str, ShardEntry]:
    """
    Read the file beside a manifest. Memory grows with the shard.

    :param manifest_uri: ``None`` if the job names no manifest.
    :return: The entry of each image, by its uri; empty if another program wrote the manifest.
    :raises ServiceError: S3 refused.
    :raises UnreadableLedger: The file is damaged.
    """
    if not manifest_uri:
        return {}
    uri = shard_entries_uri(parse_s3_uri(manifest_uri))
    body = objects.read_or_none(uri)
    if body is None:
        return {}
    entries = (decode_shard_entry(line, str(uri)) for line in body.split(b"\n") if line)
    return {entry.source_ref: entry for entry in entries}
