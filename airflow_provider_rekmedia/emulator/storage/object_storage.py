"""The interface to S3 that the emulated service uses; moto implements it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion

__all__ = ["ObjectName", "ObjectUnavailable", "Storage", "StoredObject"]


@dataclass(frozen=True)
class ObjectName:
    """
    The name of an S3 object.

    :param version: ``None`` means the newest version.
    """

    bucket: str
    key: str
    version: str | None = None


class ObjectUnavailable(Exception):
    """
    Rekognition cannot use the object.

    It is missing, archived, in another region, or denied. The service reports all of these alike.
    """


@dataclass(frozen=True)
class StoredObject:
    """
    One version of an object.

    :param etag: objects with the same etag and size have the same bytes.
    :param read: returns the bytes.
    :param metadata: user metadata, without the prefix ``x-amz-meta-``.
    """

    size_bytes: int
    etag: str
    read: Callable[[], bytes]
    metadata: Mapping[str, str]
    tags: Mapping[str, str]


class Storage(Protocol):
    """The buckets that an account can use from a region."""

    def fetch(self, account_region: AccountRegion, name: ObjectName) -> StoredObject:
        """
        Find an object.

        :raises ObjectUnavailable: see there.
        """

    def has_bucket(self, account_region: AccountRegion, bucket: str) -> bool:
        """Whether the bucket exists in the region."""

    def put(
        self, account_region: AccountRegion, name: ObjectName, *, body: bytes, kms_key_id: str | None
    ) -> None:
        """
        Write an object.

        :param kms_key_id: encrypts the object; ``None`` means no encryption.
        :raises ObjectUnavailable: the bucket is missing or denied.
        """
