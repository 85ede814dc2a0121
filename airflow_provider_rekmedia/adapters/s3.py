"""Objects in S3, over a boto3 client."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_rekmedia.core.refusals import AccessDenied, ObjectUnreadable
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .refusals import refusals_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["ListedObject", "S3Objects", "StoredObject"]

# botocore's default of 1 KiB costs more than the download itself.
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredObject:
    """
    What HEAD says of an object.

    :param etag: Changes with the bytes; the same bytes written again have the same, but for KMS encryption.
    """

    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True)
class ListedObject:
    """One object of a listing; ``modified_at`` is aware UTC, to the second."""

    uri: S3Uri
    size_bytes: int
    modified_at: datetime


class S3Objects:
    """
    Reads, lists and writes objects.

    Every method raises ``ServiceError`` when S3 refuses.

    :param client: A boto3 S3 client; safe to share between threads.
    """

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def head(self, uri: S3Uri, version: str | None = None) -> StoredObject | None:
        """Look at an object; ``None`` when there is none."""
        where: dict[str, Any] = {"Bucket": uri.bucket, "Key": uri.key}
        if version is not None:
            where["VersionId"] = version
        try:
            with refusals_of("HeadObject"):
                answer = self._client.head_object(**where)
        except ObjectUnreadable:
            return None
        return StoredObject(size_bytes=answer["ContentLength"], etag=answer["ETag"])

    def bucket_region(self, bucket: str) -> str | None:
        """Tell the region of a bucket; ``None`` when S3 does not say, or this caller may not ask."""
        try:
            with refusals_of("HeadBucket"):
                return self._client.head_bucket(Bucket=bucket).get("BucketRegion")
        except AccessDenied:
            return None

    def read(self, uri: S3Uri) -> bytes:
        """Read a whole small object."""
        with refusals_of("GetObject"):
            return self._client.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()

    def iter_lines(self, uri: S3Uri, version: str | None = None) -> Iterator[bytes]:
        r"""
        Stream an object's lines, lazily, without their newlines; what follows the last newline is one too.

        Lines end at ``\n`` and nowhere else: JSON may hold U+2028 and its like as they are.
        """
        where: dict[str, Any] = {"Bucket": uri.bucket, "Key": uri.key}
        if version is not None:
            where["VersionId"] = version
        with refusals_of("GetObject"):
            rest = b""
            for chunk in self._client.get_object(**where)["Body"].iter_chunks(_CHUNK_BYTES):
                *lines, rest = (rest + chunk).split(b"\n")
                yield from lines
            if rest:
                yield rest

    def put(self, uri: S3Uri, body: bytes, content_type: str) -> None:
        """Write an object, replacing what is there."""
        with refusals_of("PutObject"):
            self._client.put_object(Bucket=uri.bucket, Key=uri.key, Body=body, ContentType=content_type)

    def delete(self, uri: S3Uri) -> None:
        """Delete an object; it need not exist."""
        with refusals_of("DeleteObject"):
            self._client.delete_object(Bucket=uri.bucket, Key=uri.key)

    def iter_objects(self, prefix: S3Uri) -> Iterator[ListedObject]:
        """List a prefix, lazily, in the order of the keys' UTF-8 bytes."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=prefix.bucket, Prefix=prefix.key
        )
        with refusals_of("ListObjectsV2"):
            for page in pages:
                for found in page.get("Contents", ()):
                    uri = S3Uri(prefix.bucket, found["Key"])
                    yield ListedObject(uri, found["Size"], found["LastModified"])
