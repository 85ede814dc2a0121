"""S3 as moto keeps it: the one place that knows the inside of ``moto.s3``."""

from collections.abc import Mapping
from typing import Any, Final

from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from .storage import ObjectName, ObjectUnavailable, StoredObject
from .wire import Place

__all__ = ["MotoStorage"]

_META: Final = "x-amz-meta-"


class MotoStorage:
    """A :class:`~airflow_provider_rekmedia.emulator.storage.Storage` over moto's buckets."""

    def fetch(self, place: Place, name: ObjectName) -> StoredObject:
        """Find an object; buckets of other regions are not seen, as Rekognition does not see them."""
        backend = _backend(place)
        if not self.has_bucket(place, name.bucket):
            raise ObjectUnavailable(name)
        found: Any = backend.get_object(name.bucket, name.key, version_id=name.version)
        if found is None:
            raise ObjectUnavailable(name)
        tags = backend.get_object_tagging(found)["Tags"]
        return StoredObject(
            size_bytes=found.size,
            etag=found.etag,
            read=lambda: found.value,
            metadata=_own_metadata(found.metadata),
            tags={tag["Key"]: tag["Value"] for tag in tags},
        )

    def has_bucket(self, place: Place, bucket: str) -> bool:
        """Whether the bucket exists in the caller's region."""
        try:
            found = _backend(place).get_bucket(bucket)
        except MissingBucket:
            return False
        return bool(found.region_name == place.region)

    def put(self, place: Place, name: ObjectName, *, body: bytes, kms_key_id: str | None) -> None:
        """Write an object, encrypted when there is a key."""
        encryption = "aws:kms" if kms_key_id else None
        try:
            _backend(place).put_object(
                name.bucket, name.key, body, encryption=encryption, kms_key_id=kms_key_id
            )
        except MissingBucket as error:
            raise ObjectUnavailable(name) from error


def _backend(place: Place) -> Any:
    return s3_backends[place.account][get_partition(place.region)]


def _own_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Moto keeps the object's own entries among the headers, with their prefix."""
    return {
        name.lower().removeprefix(_META): value
        for name, value in metadata.items()
        if name.lower().startswith(_META)
    }
