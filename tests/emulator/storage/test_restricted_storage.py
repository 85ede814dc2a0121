"""Permissions of the emulator's own access to S3."""

import pytest

from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion
from airflow_provider_rekmedia.emulator.settings.denied_access import DeniedAccess
from airflow_provider_rekmedia.emulator.storage.object_storage import ObjectName, ObjectUnavailable
from airflow_provider_rekmedia.emulator.storage.restricted_storage import RestrictedStorage

HERE = AccountRegion("123456789012", "us-east-1")


class FakeStorage:
    def __init__(self):
        self.calls = []

    def fetch(self, account_region, name):
        self.calls.append(("fetch", name.key))

    def has_bucket(self, account_region, bucket):
        return bucket == "photos"

    def put(self, account_region, name, *, body, kms_key_id):
        self.calls.append(("put", name.key))


def test_a_denied_read_is_unavailable_and_a_write_is_allowed():
    fake = FakeStorage()
    storage = RestrictedStorage(fake, (DeniedAccess("s3:GetObject", "photos/a*"),))
    with pytest.raises(ObjectUnavailable):
        storage.fetch(HERE, ObjectName("photos", "a.jpg"))
    storage.fetch(HERE, ObjectName("photos", "b.jpg"))
    storage.put(HERE, ObjectName("photos", "a.jpg"), body=b"", kms_key_id=None)
    assert fake.calls == [("fetch", "b.jpg"), ("put", "a.jpg")]


def test_a_denied_write_is_unavailable():
    storage = RestrictedStorage(FakeStorage(), (DeniedAccess("s3:Put*"),))
    with pytest.raises(ObjectUnavailable):
        storage.put(HERE, ObjectName("photos", "a.jpg"), body=b"", kms_key_id=None)
    assert storage.has_bucket(HERE, "photos")
