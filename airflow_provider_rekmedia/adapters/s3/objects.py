"""Objects in S3, over a boto3 client."""

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress
from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    NoCredentials,
    ObjectUnreadable,
    RequestRefused,
    ServiceError,
)
from airflow_provider_rekmedia.core.images.found_image import ARCHIVE_CLASSES, FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .conditional_writes import ObjectVersion, put_if_absent, put_if_unchanged, read_version
from .download import iter_blocks, iter_chunks
from .list_page import ListPage, fetch_list_page, take_over_listing
from .listing import iter_listing

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["S3Objects", "StoredObject"]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """
    What a HEAD request returns for an object.

    :param etag: It changes with the bytes. The same bytes have the same ETag, except with KMS encryption.
    """

    size_bytes: int
    etag: str


class S3Objects:
    """
    Reads, lists and writes objects.

    Every method raises ``ServiceError`` if S3 refuses.

    :param client: A boto3 S3 client; safe to share between threads.
    :param kms_key_id: Key that encrypts every object that is written; ``None`` leaves the encryption to the
        bucket.
    """

    def __init__(self, client: "S3Client", kms_key_id: str | None = None) -> None:
        self._client = client
        self._encryption: Any = (
            {} if kms_key_id is None else {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_id}
        )
        take_over_listing(client)

    def head(self, uri: S3Uri, version: str | None = None) -> StoredObject | None:
        """Fetch the size and ETag of an object; ``None`` if there is no object."""
        arguments: dict[str, Any] = {"Bucket": uri.bucket, "Key": uri.key}
        if version is not None:
            arguments["VersionId"] = version
        response = self._head(uri, arguments)
        if response is None:
            return None
        return StoredObject(size_bytes=response["ContentLength"], etag=response["ETag"])

    def find_image(self, uri: S3Uri) -> FoundImage | None:
        """Fetch the metadata that a listing has of an object; ``None`` if there is no object."""
        response = self._head(uri, {"Bucket": uri.bucket, "Key": uri.key})
        if response is None:
            return None
        # A restored copy can be read, although the class stays the same.
        is_restored = 'ongoing-request="false"' in response.get("Restore", "")
        return FoundImage(
            uri,
            response["ContentLength"],
            response["ETag"].strip('"'),
            response["LastModified"].astimezone(UTC),
            response.get("StorageClass") in ARCHIVE_CLASSES and not is_restored,
        )

    def bucket_region(self, bucket: str) -> str | None:
        """Return the region of a bucket; ``None`` if S3 does not say it, or denies the request."""
        try:
            with refusals_of("HeadBucket", S3Uri(bucket, "")):
                return self._client.head_bucket(Bucket=bucket).get("BucketRegion")
        except AccessDenied:
            return None
        except RequestRefused as refusal:
            location = partial(self._client.get_bucket_location, Bucket=bucket)
            raise _explain(refusal, "GetBucketLocation", location) from refusal

    def read(self, uri: S3Uri) -> bytes:
        """Read a whole small object."""
        with refusals_of("GetObject", uri):
            return self._client.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()

    def read_or_none(self, uri: S3Uri) -> bytes | None:
        """
        Read a whole small object; ``None`` only if S3 says that there is no such key.

        :raises ServiceError: S3 refused for another reason. It is not known whether there is an object.
        """
        version = self.read_version(uri)
        return None if version is None else version.body

    def read_version(self, uri: S3Uri) -> ObjectVersion | None:
        """
        Read a whole small object with its ETag; ``None`` only if S3 says that there is no such key.

        :raises ServiceError: As :meth:`read_or_none`.
        """
        return read_version(self._client, uri)

    def presign(self, uri: S3Uri, expires_s: int) -> str:
        """
        Return a URL that reads an object without further permissions. No request is made.

        :param expires_s: How long it is valid, seconds. What it sends is not to be cached.
        """
        arguments = {"Bucket": uri.bucket, "Key": uri.key, "ResponseCacheControl": "private, no-store"}
        with refusals_of("GetObject", uri):
            return self._client.generate_presigned_url("get_object", Params=arguments, ExpiresIn=expires_s)

    def iter_lines(self, uri: S3Uri, version: str | None = None) -> Iterator[bytes]:
        r"""
        Stream an object's lines, lazily, without their newlines. The part after the last newline is a line.

        Lines end at ``\n`` and nowhere else: JSON text may contain U+2028 and similar characters unescaped.
        """
        for block in self.iter_blocks(uri, version):
            yield from block.removesuffix(b"\n").split(b"\n")

    def iter_blocks(self, uri: S3Uri, version: str | None = None) -> Iterator[bytes]:
        """Stream an object in blocks of whole lines; see :func:`download.iter_blocks`."""
        return iter_blocks(self._client, uri, version)

    def put(self, uri: S3Uri, body: bytes | IO[bytes], content_type: str) -> None:
        """Write an object, or replace it. It is written whole, or not at all."""
        with refusals_of("PutObject", uri):
            self._client.put_object(
                Bucket=uri.bucket, Key=uri.key, Body=body, ContentType=content_type, **self._encryption
            )

    def put_if_unchanged(self, uri: S3Uri, body: bytes, content_type: str, etag: str | None) -> str | None:
        """
        Write a small object, unless another worker has written it since it had this ETag.

        :param etag: ETag of the version that this write replaces; ``None`` if there must be no object.
        :return: The new ETag; ``None`` if nothing was written. Then read the object again.
        """
        return put_if_unchanged(self._client, uri, body, etag, ContentType=content_type, **self._encryption)

    def put_if_absent(self, uri: S3Uri, body: bytes | IO[bytes], content_type: str) -> bool:
        """Write an object, unless there is one; return whether it was written."""
        return put_if_absent(self._client, uri, body, ContentType=content_type, **self._encryption)

    def delete(self, uri: S3Uri) -> None:
        """Delete an object, if it exists."""
        with refusals_of("DeleteObject", uri):
            self._client.delete_object(Bucket=uri.bucket, Key=uri.key)

    def iter_objects(self, *prefixes: S3Uri) -> Generator[FoundImage, None, None]:
        """List prefixes, lazily, by bucket and by the UTF-8 bytes of the keys; see :func:`iter_listing`."""
        return iter_listing(self._client, prefixes)

    def list_after(self, uri: S3Uri) -> ListPage:
        """List up to 1,000 objects of a bucket, from the first key after the key of *uri*."""
        return fetch_list_page(self._client, S3Uri(uri.bucket, ""), start_after=uri.key or None)

    @contextmanager
    def spooled(self, uri: S3Uri) -> Iterator[IO[bytes]]:
        """Copy an object to local disk, and open the copy; it is deleted when the block ends."""
        with tempfile.TemporaryFile(prefix="rekmedia-") as file:
            for chunk in iter_with_progress(iter_chunks(self._client, uri), f"MiB copied of {uri}"):
                file.write(chunk)
            file.seek(0)
            yield file

    def _head(self, uri: S3Uri, arguments: dict[str, Any]) -> Any:
        """Call HeadObject; ``None`` if there is no object."""
        try:
            with refusals_of("HeadObject", uri):
                return self._client.head_object(**arguments)
        except ObjectUnreadable:
            return None
        except (AccessDenied, RequestRefused) as refusal:
            first_byte = partial(self._client.get_object, **arguments, Range="bytes=0-0")
            raise _explain(refusal, "GetObject", first_byte) from refusal


def _explain(refusal: ServiceError, operation: str, get: Callable[[], object]) -> ServiceError:
    """
    Return the reason for a refused HEAD request.

    The response to HEAD has no body, so its error code is only the HTTP status: 400 for expired credentials,
    403 for unknown ones. The response to GET names the reason.

    :param get: A GET request that needs the same credentials.
    """
    try:
        with refusals_of(operation):
            get()
    except NoCredentials as reason:
        return reason
    except ServiceError:
        pass
    return refusal
