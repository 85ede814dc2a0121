"""Checks the manifest and the buckets of a request before a call is billed."""

import hashlib
import json
from collections.abc import Sequence

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import (
    ManifestEmpty,
    ManifestMissing,
    ManifestTooLarge,
    WrongRegion,
)
from airflow_provider_rekmedia.core.errors.service import naming_argument
from airflow_provider_rekmedia.core.images.manifest import MANIFEST_MAX_BYTES
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["check_region", "check_request", "fetch_content_id", "lines_content_id"]


def check_request(request: MediaAnalysisRequest, clients: AwsClients) -> str:
    """
    Check that the buckets are in the region of the call, and that the manifest can be submitted.

    :return: The content id of the manifest, see :func:`fetch_content_id`.
    :raises InvalidInput: A bucket is in another region, or the manifest is missing, empty or too large.
    :raises ServiceError: S3 refused.
    """
    # The images' buckets are not checked (unknown: bulk-image-region).
    for bucket, argument in {request.output.bucket: "output", request.manifest.bucket: "manifest"}.items():
        with naming_argument(argument):
            check_region(clients.objects, bucket, clients.region)
    # The service may refuse a missing manifest, or fail the job (unknown: missing-manifest).
    with naming_argument("manifest"):
        return fetch_content_id(clients.objects, request.manifest, request.manifest_version)


def fetch_content_id(objects: S3Objects, manifest: S3Uri, version: str | None) -> str:
    """
    Check that a manifest can be submitted.

    :param version: S3 object version; ``None`` is the newest.
    :return: The version if the caller gave one, else the ETag. The newest version id would not do: it changes
        when the same bytes are written again.
    :raises ManifestMissing: There is no such object.
    :raises ManifestEmpty: The object has no bytes.
    :raises ManifestTooLarge: The object has more than 50 MB, the limit of the service.
    :raises ServiceError: S3 refused.
    """
    stored = objects.head(manifest, version)
    if stored is None:
        raise ManifestMissing(uri=manifest, version=f" (version {version})" if version else "")
    if stored.size_bytes == 0:
        raise ManifestEmpty(uri=manifest)
    if stored.size_bytes > MANIFEST_MAX_BYTES:
        raise ManifestTooLarge(uri=manifest, size_bytes=stored.size_bytes, limit_bytes=MANIFEST_MAX_BYTES)
    return version or stored.etag


def lines_content_id(lines: Sequence[str | None]) -> str:
    """
    Return the content id of lines that were read; an ETag that was fetched before may be of other bytes.

    :return: 64 hexadecimal digits; equal for the same images in the same order.
    """
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def check_region(objects: S3Objects, bucket: str, region: str) -> None:
    """
    Check that a bucket is in the region of the call. If S3 does not say its region, the service will check.

    :raises WrongRegion: The bucket is in another region.
    :raises ServiceError: S3 refused; for instance, there is no such bucket.
    """
    bucket_region = objects.bucket_region(bucket)
    if bucket_region is not None and bucket_region != region:
        raise WrongRegion(bucket=bucket, found=bucket_region, region=region)
