"""S3 with the caller's denied permissions: Rekognition reads and writes S3 with the caller's credentials."""

from dataclasses import dataclass

from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion
from airflow_provider_rekmedia.emulator.settings.denied_access import DeniedAccess, is_denied

from .object_storage import ObjectName, ObjectUnavailable, Storage, StoredObject

__all__ = ["RestrictedStorage"]


@dataclass(frozen=True)
class RestrictedStorage:
    """
    A :class:`~airflow_provider_rekmedia.emulator.storage.object_storage.Storage` with permissions.

    :param storage: S3 without restrictions.
    """

    storage: Storage
    denied: tuple[DeniedAccess, ...]

    def fetch(self, account_region: AccountRegion, name: ObjectName) -> StoredObject:
        """Find an object, if ``s3:GetObject`` is not denied."""
        self._check("s3:GetObject", name)
        return self.storage.fetch(account_region, name)

    def has_bucket(self, account_region: AccountRegion, bucket: str) -> bool:
        """Whether the bucket exists in the region."""
        return self.storage.has_bucket(account_region, bucket)

    def put(
        self, account_region: AccountRegion, name: ObjectName, *, body: bytes, kms_key_id: str | None
    ) -> None:
        """Write an object, if ``s3:PutObject`` is not denied."""
        self._check("s3:PutObject", name)
        self.storage.put(account_region, name, body=body, kms_key_id=kms_key_id)

    def _check(self, action: str, name: ObjectName) -> None:
        if is_denied(self.denied, action, f"{name.bucket}/{name.key}"):
            raise ObjectUnavailable(name)
