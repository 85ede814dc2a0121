"""moto's S3. Only this module uses the internals of ``moto.s3``."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from moto.core.utils import utcnow
from moto.s3 import models
from moto.s3.exceptions import MissingBucket
from moto.utilities.utils import get_partition

from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion

from .object_storage import ObjectName, ObjectUnavailable, StoredObject

__all__ = ["S3_LOCK", "MotoStorage", "find_etag", "shift_s3_clock"]

_META: Final = "x-amz-meta-"
_ARCHIVED: Final = frozenset({"GLACIER", "DEEP_ARCHIVE"})

#: Held during every use of moto's S3. When a key is overwritten, moto closes the buffer of the old object,
#: even if another thread still reads it: "ValueError: I/O operation on closed file".
S3_LOCK: Final = threading.RLock()


class MotoStorage:
    """A :class:`~airflow_provider_rekmedia.emulator.storage.object_storage.Storage` over moto's buckets."""

    def fetch(self, account_region: AccountRegion, name: ObjectName) -> StoredObject:
        """Find an object in a bucket of the region, unless it is archived and not restored."""
        with S3_LOCK:
            found = _find(account_region, name)
            tags = _backend(account_region).get_object_tagging(found)["Tags"]
            return StoredObject(
                size_bytes=found.size,
                etag=found.etag,
                read=lambda: _read(account_region, name),
                metadata=_user_metadata(found.metadata),
                tags={tag["Key"]: tag["Value"] for tag in tags},
            )

    def has_bucket(self, account_region: AccountRegion, bucket: str) -> bool:
        """Whether the bucket exists in the region."""
        with S3_LOCK:
            return _has_bucket(account_region, bucket)

    def put(
        self, account_region: AccountRegion, name: ObjectName, *, body: bytes, kms_key_id: str | None
    ) -> None:
        """Write an object; encrypt it if there is a KMS key."""
        encryption = "aws:kms" if kms_key_id else None
        try:
            with S3_LOCK:
                _backend(account_region).put_object(
                    name.bucket, name.key, body, encryption=encryption, kms_key_id=kms_key_id
                )
        except MissingBucket as error:
            raise ObjectUnavailable(name) from error


def find_etag(account: str, bucket: str, key: str, version: str | None) -> str | None:
    """
    Return the ETag of an object of any region, without quotes.

    :param version: ``None`` is the current version.
    :return: ``None`` if there is no object, or a delete marker hides it.
    """
    backend = models.s3_backends[account]["aws"]
    try:
        found: Any = backend.get_object(bucket, key, version_id=version)
    except MissingBucket:
        return None
    return None if not isinstance(found, models.FakeKey) else str(found.etag).strip('"')


def shift_s3_clock(offset_s: Callable[[], float]) -> None:
    """
    Let moto's S3 use a shifted clock, for example for ``LastModified``.

    :param offset_s: returns the current shift, in seconds.
    """

    def shifted_utcnow() -> datetime:
        now: datetime = utcnow()
        return now + timedelta(seconds=offset_s())

    vars(models)["utcnow"] = shifted_utcnow


def _find(account_region: AccountRegion, name: ObjectName) -> Any:
    if not _has_bucket(account_region, name.bucket):
        raise ObjectUnavailable(name)
    found: Any = _backend(account_region).get_object(name.bucket, name.key, version_id=name.version)
    if found is None or (found.storage_class in _ARCHIVED and not _is_restored(found)):
        raise ObjectUnavailable(name)
    return found


def _read(account_region: AccountRegion, name: ObjectName) -> bytes:
    """Read the bytes. The object is looked up again: it may have been overwritten."""
    with S3_LOCK:
        body: bytes = _find(account_region, name).value
        return body


def _has_bucket(account_region: AccountRegion, bucket: str) -> bool:
    try:
        found = _backend(account_region).get_bucket(bucket)
    except MissingBucket:
        return False
    return bool(found.region_name == account_region.region)


def _is_restored(found: Any) -> bool:
    return 'ongoing-request="false"' in found.response_dict.get("x-amz-restore", "")


def _backend(account_region: AccountRegion) -> Any:
    return models.s3_backends[account_region.account][get_partition(account_region.region)]


def _user_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Select the user metadata; moto stores it among the headers."""
    return {
        name.lower().removeprefix(_META): value
        for name, value in metadata.items()
        if name.lower().startswith(_META)
    }
