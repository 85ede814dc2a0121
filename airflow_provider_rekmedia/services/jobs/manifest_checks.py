"""Looks at a manifest, and at the buckets of a request, before anybody pays for it."""

import hashlib
import json
from collections.abc import Sequence

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import (
    ManifestEmpty,
    ManifestMissing,
    ManifestTooLarge,
    WrongRegion,
)
from airflow_provider_rekmedia.core.images.manifest import MANIFEST_MAX_BYTES
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["check_region", "content_id_of", "fetch_content_id"]


def fetch_content_id(objects: S3Objects, manifest: S3Uri, version: str | None) -> str:
    """
    Check that a manifest can be submitted.

    :param version: S3 object version; ``None`` is the newest.
    :return: What pins its bytes: the version, when one is asked for, else the ETag. A version id that nobody
        asked for would not do: it changes when the manifest is written again as it was.
    :raises ManifestMissing: There is none.
    :raises ManifestEmpty: It has no byte.
    :raises ManifestTooLarge: It has more than the service's 50 MB.
    :raises ServiceError: S3 refused.
    """
    found = objects.head(manifest, version)
    if found is None:
        raise ManifestMissing(uri=manifest, version=f" (version {version})" if version else "")
    if found.size_bytes == 0:
        raise ManifestEmpty(uri=manifest)
    if found.size_bytes > MANIFEST_MAX_BYTES:
        raise ManifestTooLarge(uri=manifest, size_bytes=found.size_bytes, limit_bytes=MANIFEST_MAX_BYTES)
    return version or found.etag


def content_id_of(lines: Sequence[str | None]) -> str:
    """
    Pin lines that have been read: what :func:`fetch_content_id` gives may be of others by then.

    :return: 64 hexadecimal digits; the same for the same images in the same order.
    """
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def check_region(objects: S3Objects, bucket: str, region: str) -> None:
    """
    Check that a bucket is where the call goes; when that cannot be known, the service will tell.

    :raises WrongRegion: It is elsewhere.
    :raises ServiceError: S3 refused; there is no such bucket, for instance.
    """
    found = objects.bucket_region(bucket)
    if found is not None and found != region:
        raise WrongRegion(bucket=bucket, found=found, region=region)
