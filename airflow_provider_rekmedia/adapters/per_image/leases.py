"""Stores the lease of a per-image job as one JSON object in S3."""

from dataclasses import dataclass

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.per_image.lease import Lease, decode_lease, encode_lease
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["LeaseStore", "StoredLease"]


@dataclass(frozen=True, slots=True)
class StoredLease:
    """
    A lease as it is in S3.

    :param etag: It changes with every write.
    :param age_s: See :class:`ObjectVersion`.
    """

    lease: Lease
    etag: str
    age_s: float | None


class LeaseStore:
    """
    The lease of one task instance.

    :param uri: Where the lease is.
    """

    def __init__(self, objects: S3Objects, uri: S3Uri) -> None:
        self._objects = objects
        self._uri = uri

    def read(self) -> StoredLease | None:
        """
        Read the lease; ``None`` only if S3 says that there is no object.

        :raises ServiceError: S3 refused.
        :raises UnreadableRecord: The lease is damaged.
        """
        version = self._objects.read_version(self._uri)
        if version is None:
            return None
        return StoredLease(decode_lease(version.body, str(self._uri)), version.etag, version.age_s)

    def write(self, lease: Lease, etag: str | None) -> str | None:
        """
        Write the lease, unless another attempt has written it.

        :param etag: ETag of the lease that this write replaces; ``None`` if there must be none.
        :return: The new ETag; ``None`` if nothing was written.
        :raises ServiceError: S3 refused.
        """
        return self._objects.put_if_unchanged(self._uri, encode_lease(lease), "application/json", etag)
