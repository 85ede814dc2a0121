"""
The S3 calls of actions on one object. Calls that change an object are conditional wherever S3 allows it.

Older botocore releases lack ``If-None-Match`` of CopyObject and ``If-Match`` of DeleteObject. An event
handler adds both headers before the request is signed, so that every supported release sends them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.core.errors import ObjectUnreadable
from airflow_provider_rekmedia.core.s3_uri import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["CurrentObject", "ObjectCalls", "PreconditionFailed", "RemovedObject"]

#: Headers of the call that this thread makes.
_headers: Final[ContextVar[Mapping[str, str] | None]] = ContextVar("rekmedia_action_headers", default=None)
_CHUNK_BYTES: Final = 1 << 20
_CONDITIONAL: Final = ("CopyObject", "DeleteObject")


class PreconditionFailed(Exception):
    """The object, or the place of the copy, is not as the precondition says. It is handled, never shown."""


@dataclass(frozen=True, slots=True)
class CurrentObject:
    """
    The current version of an object.

    :param etag: Without quotes.
    :param version_id: ``None`` if the bucket has no versions.
    :param storage_class: ``None`` is STANDARD.
    :param kms_key_id: ``None`` if a KMS key does not encrypt it.
    """

    etag: str
    size_bytes: int
    version_id: str | None = None
    storage_class: str | None = None
    kms_key_id: str | None = None


@dataclass(frozen=True, slots=True)
class RemovedObject:
    """
    A deleted object.

    :param marker: Version id of the delete marker that hides it; ``None`` if its bytes are gone.
    """

    marker: str | None


class ObjectCalls:
    """
    Calls on objects of the user. It is safe to share between threads.

    Every method raises ``ServiceError`` if S3 refuses.

    :param client: A boto3 S3 client that does not retry.
    :param kms_key_id: Key that encrypts copies; ``None`` keeps the KMS key of each object.
    :param requester_pays: Whether to accept the costs of requests to Requester Pays buckets.
    """

    def __init__(
        self, client: "S3Client", kms_key_id: str | None = None, *, requester_pays: bool = False
    ) -> None:
        self._client: Any = client
        self._kms_key_id = kms_key_id
        self._payer = {"RequestPayer": "requester"} if requester_pays else {}
        for operation in _CONDITIONAL:
            client.meta.events.register(
                f"before-call.s3.{operation}", _add_headers, unique_id=f"rekmedia-action-{operation}"
            )

    def head(self, uri: S3Uri, version_id: str | None = None) -> CurrentObject | None:
        """Fetch the metadata of an object; ``None`` if there is no object, or a delete marker hides it."""
        try:
            with refusals_of("HeadObject", uri):
                found = self._client.head_object(**self._at(uri, version_id))
        except ObjectUnreadable as error:
            if error.code in ("404", "405", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed"):
                return None
            raise
        is_kms = str(found.get("ServerSideEncryption", "")).startswith("aws:kms")
        return CurrentObject(
            etag=found["ETag"].strip('"'),
            size_bytes=found["ContentLength"],
            version_id=_version(found),
            storage_class=found.get("StorageClass"),
            kms_key_id=found.get("SSEKMSKeyId") if is_kms else None,
        )

    def copy(self, source: S3Uri, etag: str, target: S3Uri, like: CurrentObject) -> None:
        """
        Copy these bytes to a key where there is no object, with metadata and tags. The ACL is not copied.

        :param like: The object whose storage class and KMS key the copy gets.
        :raises PreconditionFailed: The source has other bytes or is gone, or the target exists.
        """
        encryption = self._kms_key_id or like.kms_key_id
        arguments: dict[str, Any] = {
            "Bucket": target.bucket,
            "Key": target.key,
            "CopySource": {"Bucket": source.bucket, "Key": source.key},
            "CopySourceIfMatch": _quoted(etag),
            "MetadataDirective": "COPY",
            "TaggingDirective": "COPY",
            **self._payer,
        }
        if like.storage_class is not None:
            arguments["StorageClass"] = like.storage_class
        if encryption is not None:
            arguments |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": encryption}
        with _preconditions(), _sending({"If-None-Match": "*"}), refusals_of("CopyObject", source):
            self._client.copy_object(**arguments)

    def delete(self, uri: S3Uri, etag: str) -> RemovedObject:
        """
        Delete an object if it has these bytes. In a bucket with versions, this adds a delete marker.

        :raises PreconditionFailed: The object has other bytes, or is gone.
        """
        with _preconditions(), _sending({"If-Match": _quoted(etag)}), refusals_of("DeleteObject", uri):
            done = self._client.delete_object(**self._at(uri))
        return RemovedObject(_version(done) if done.get("DeleteMarker") else None)

    def delete_version(self, uri: S3Uri, version_id: str) -> None:
        """Delete one version, or one delete marker. A version never changes, so it needs no condition."""
        with refusals_of("DeleteObject", uri):
            self._client.delete_object(**self._at(uri, version_id))

    def iter_versions(self, uri: S3Uri) -> Iterator[tuple[str, str]]:
        """Return version id and ETag of each version of a key that is not a delete marker, newest first."""
        for page in self._version_pages(uri):
            for found in page.get("Versions", ()):
                if found["Key"] == uri.key:
                    yield found["VersionId"], found["ETag"].strip('"')

    def current_marker(self, uri: S3Uri) -> str | None:
        """Return the version id of the delete marker that hides a key; ``None`` if none does."""
        for page in self._version_pages(uri):
            for found in page.get("DeleteMarkers", ()):
                if found["Key"] == uri.key and found["IsLatest"]:
                    return str(found["VersionId"])
        return None

    def read_tags(self, uri: S3Uri, version_id: str | None) -> dict[str, str]:
        """Fetch the tags of an object."""
        with refusals_of("GetObjectTagging", uri):
            found = self._client.get_object_tagging(**self._at(uri, version_id))
        return {tag["Key"]: tag["Value"] for tag in found["TagSet"]}

    def write_tags(self, uri: S3Uri, version_id: str | None, tags: Mapping[str, str]) -> None:
        """Replace all tags of an object. S3 has no precondition for it, but a version can be named."""
        if not tags:  # S3 documents an empty set for this call only
            with refusals_of("DeleteObjectTagging", uri):
                self._client.delete_object_tagging(**self._at(uri, version_id))
            return
        tag_set = [{"Key": name, "Value": text} for name, text in tags.items()]
        with refusals_of("PutObjectTagging", uri):
            self._client.put_object_tagging(**self._at(uri, version_id), Tagging={"TagSet": tag_set})

    def has_same_bytes(self, one: S3Uri, etag: str, other: S3Uri) -> bool:
        """
        Whether two objects have the same bytes.

        :raises PreconditionFailed: The first has not this ETag any more.
        """
        with _preconditions(), refusals_of("GetObject", one):
            first = self._client.get_object(**self._at(one), IfMatch=_quoted(etag))
        with refusals_of("GetObject", other):
            second = self._client.get_object(**self._at(other))
        with first["Body"] as left, second["Body"] as right, refusals_of("GetObject", one):
            while True:
                chunk = left.read(_CHUNK_BYTES)
                if chunk != right.read(_CHUNK_BYTES):
                    return False
                if not chunk:
                    return True

    def _at(self, uri: S3Uri, version_id: str | None = None) -> dict[str, Any]:
        version = {} if version_id is None else {"VersionId": version_id}
        return {"Bucket": uri.bucket, "Key": uri.key, **version, **self._payer}

    def _version_pages(self, uri: S3Uri) -> Iterator[Any]:
        paginator = self._client.get_paginator("list_object_versions")
        pages = iter(paginator.paginate(Bucket=uri.bucket, Prefix=uri.key, **self._payer))
        while True:
            with refusals_of("ListObjectVersions", uri):
                page = next(pages, None)
            if page is None:
                return
            yield page
            # Keys that only start with this key come after it.
            if page.get("NextKeyMarker", uri.key) != uri.key:
                return


def _quoted(etag: str) -> str:
    return f'"{etag}"'


def _version(response: Mapping[str, Any]) -> str | None:
    """Return the version id; S3 says ``null`` for objects that are older than the bucket's versioning."""
    version: str | None = response.get("VersionId")
    return version


def _add_headers(params: dict[str, Any], **_: object) -> None:
    params["headers"].update(_headers.get() or {})


@contextmanager
def _sending(headers: Mapping[str, str]) -> Iterator[None]:
    token = _headers.set(headers)
    try:
        yield
    finally:
        _headers.reset(token)


@contextmanager
def _preconditions() -> Iterator[None]:
    """Raise :class:`PreconditionFailed` for the refusals that say that an object has changed or is gone."""
    try:
        yield
    except ObjectUnreadable as error:
        if error.code in ("412", "PreconditionFailed", "404", "NoSuchKey"):
            raise PreconditionFailed from error
        raise
