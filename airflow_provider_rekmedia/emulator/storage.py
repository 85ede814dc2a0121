"""What the emulator needs of S3; moto serves it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from .wire import Place

__all__ = ["ObjectName", "ObjectUnavailable", "Storage", "StoredObject"]


@dataclass(frozen=True)
class ObjectName:
    """What an object is called; without a version, its newest one."""

    bucket: str
    key: str
    version: str | None = None


class ObjectUnavailable(Exception):
    """No such bucket, object or version, or not in the caller's region; the service tells them not apart."""


@dataclass(frozen=True)
class StoredObject:
    """
    One version of an object.

    :param etag: names the content: same etag and size, same bytes.
    :param read: fetches the bytes; called only when they are needed.
    :param metadata: the object's own, without the ``x-amz-meta-`` prefix.
    """

    size_bytes: int
    etag: str
    read: Callable[[], bytes]
    metadata: Mapping[str, str]
    tags: Mapping[str, str]


class Storage(Protocol):
    """Buckets of the same world, seen by one account from one region."""

    def fetch(self, place: Place, name: ObjectName) -> StoredObject:
        """
        Find an object.

        :raises ObjectUnavailable: it is not there, or lies in another region.
        """

    def has_bucket(self, place: Place, bucket: str) -> bool:
        """Whether the bucket exists in the caller's region."""

    def put(self, place: Place, name: ObjectName, *, body: bytes, kms_key_id: str | None) -> None:
        """
        Write an object.

        :param kms_key_id: encrypts the object when given.
        :raises ObjectUnavailable: the bucket is not there.
        """
