"""Asks S3 whether objects have a legal hold, and where hold records are."""

import threading
from typing import TYPE_CHECKING, Any, Final

from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.errors import AccessDenied, ObjectUnreadable, ServiceError
from airflow_provider_rekmedia.core.s3_uri import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["Holds"]

_NO_OBJECT_LOCK: Final = frozenset({"ObjectLockConfigurationNotFoundError", "NoSuchBucket"})
#: The object has no hold, or its bucket no Object Lock.
_NO_HOLD: Final = frozenset(
    {"NoSuchObjectLockConfiguration", "InvalidRequest", "ObjectLockConfigurationNotFoundError"}
)


class Holds:
    """
    Which objects must not be touched. It is safe to share between threads.

    :param prefix: Prefix of the hold records; ``None`` only checks legal holds.
    """

    def __init__(
        self, client: "S3Client", prefix: S3Uri | None = None, *, requester_pays: bool = False
    ) -> None:
        self._client: Any = client
        self._prefix = prefix
        self._payer = {"RequestPayer": "requester"} if requester_pays else {}
        self._may_have_legal_holds: dict[str, bool] = {}
        self._lock = threading.Lock()

    def reason(self, image: S3Uri, version_id: str | None) -> str | None:
        """
        Return why an object is held at this moment; ``None`` if nothing holds it.

        :param version_id: The version with the judged bytes; ``None`` if the bucket has no versions.
        :raises ServiceError: S3 does not say whether it is held. It must not be touched then.
        """
        if self._has_record(image):
            return "hold record"
        # Object Lock needs versions.
        if version_id is not None and self._has_legal_hold(image, version_id):
            return "legal hold"
        return None

    def _has_record(self, image: S3Uri) -> bool:
        if self._prefix is None:
            return False
        record = hold_uri(self._prefix, image)
        try:
            with refusals_of("HeadObject", record):
                self._client.head_object(Bucket=record.bucket, Key=record.key)
        except ObjectUnreadable as error:
            if error.code in ("404", "NoSuchKey"):
                return False
            raise
        return True

    def _has_legal_hold(self, image: S3Uri, version_id: str) -> bool:
        if not self._bucket_may_have_legal_holds(image.bucket):
            return False
        try:
            with refusals_of("GetObjectLegalHold", image):
                found = self._client.get_object_legal_hold(
                    Bucket=image.bucket, Key=image.key, VersionId=version_id, **self._payer
                )
        except ServiceError as error:
            if error.code in _NO_HOLD:
                return False
            raise
        return bool(found.get("LegalHold", {}).get("Status") == "ON")

    def _bucket_may_have_legal_holds(self, bucket: str) -> bool:
        """Whether a bucket has Object Lock. Without the permission to ask, each object is asked for."""
        with self._lock:
            if bucket not in self._may_have_legal_holds:
                self._may_have_legal_holds[bucket] = self._has_object_lock(bucket)
            return self._may_have_legal_holds[bucket]

    def _has_object_lock(self, bucket: str) -> bool:
        try:
            with refusals_of("GetObjectLockConfiguration", S3Uri(bucket, "")):
                self._client.get_object_lock_configuration(Bucket=bucket)
        except AccessDenied:
            return True
        except ServiceError as error:
            if error.code in _NO_OBJECT_LOCK:
                return False
            raise
        return True
