"""Records the IAM actions and resources of all calls that the emulator gets."""

import pytest

from airflow_provider_rekmedia.emulator.server import application
from airflow_provider_rekmedia.emulator.server.s3_permissions import iter_permissions
from airflow_provider_rekmedia.emulator.service import moto_rekognition
from airflow_provider_rekmedia.emulator.storage.restricted_storage import RestrictedStorage


@pytest.fixture
def recorded(monkeypatch):
    """Actions and resources of S3, of the callers and of jobs, and the actions of Service Quotas."""
    calls = set()
    check, list_quotas, check_storage = (
        application.check_preconditions,
        moto_rekognition.list_quotas,
        RestrictedStorage._check,
    )

    def record(*, etag_of, **request):
        calls.update(iter_permissions(**request, body=b""))
        return check(**request, etag_of=etag_of)

    def record_quotas(*arguments):
        calls.add(("servicequotas:ListServiceQuotas", ""))
        return list_quotas(*arguments)

    def record_job(storage, action, name):
        calls.add((action, f"{name.bucket}/{name.key}"))
        check_storage(storage, action, name)

    monkeypatch.setattr(application, "check_preconditions", record)
    monkeypatch.setattr(moto_rekognition, "list_quotas", record_quotas)
    monkeypatch.setattr(RestrictedStorage, "_check", record_job)
    return calls
