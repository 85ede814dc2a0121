"""Holds are asked for at S3, and an unknown answer is never "not held"."""

import pytest
from services.actions.memory_bucket import MemoryBucket, refuse

from airflow_provider_rekmedia.adapters.actions.holds import Holds
from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.errors import AccessDenied, Unavailable
from airflow_provider_rekmedia.core.s3_uri import S3Uri

IMAGE, PREFIX = S3Uri("photos", "a.jpg"), S3Uri("ops", "holds/")


def denying(client, *operations, code="AccessDenied", status=403):
    def deny(name, arguments):
        if name in operations:
            refuse(code, status, name)

    client.before_call = deny
    return client


def put(client, *, legal_hold):
    client.put("photos", "a.jpg", b"x", legal_hold=legal_hold)
    return client.current("photos", "a.jpg").version_id


def test_a_record_holds_whatever_it_contains():
    client = MemoryBucket()
    record = hold_uri(PREFIX, IMAGE)
    assert Holds(client, PREFIX).reason(IMAGE, None) is None

    client.put(record.bucket, record.key, b"damaged")

    assert Holds(client, PREFIX).reason(IMAGE, None) == "hold record"
    assert Holds(client).reason(IMAGE, None) is None


@pytest.mark.parametrize("legal_hold", [True, False])
def test_a_legal_hold_is_found_with_and_without_the_right_to_ask_for_the_bucket(legal_hold):
    client = MemoryBucket(locked=["photos"])
    version_id = put(client, legal_hold=legal_hold)
    expected = "legal hold" if legal_hold else None

    assert Holds(client).reason(IMAGE, version_id) == expected
    assert Holds(denying(client, "get_object_lock_configuration")).reason(IMAGE, version_id) == expected


def test_a_bucket_without_object_lock_is_asked_once():
    client = MemoryBucket(versioned=["photos"])
    version_id = put(client, legal_hold=False)
    calls = []
    client.before_call = lambda name, arguments: calls.append(name)
    holds = Holds(client)

    assert [holds.reason(IMAGE, version_id) for _ in range(3)] == [None] * 3
    assert calls == ["get_object_lock_configuration"]


@pytest.mark.parametrize("code", ["NoSuchObjectLockConfiguration", "InvalidRequest"])
def test_an_object_without_lock_settings_is_not_held(code):
    client = MemoryBucket(locked=["photos"])
    version_id = put(client, legal_hold=True)

    assert (
        Holds(denying(client, "get_object_legal_hold", code=code, status=400)).reason(IMAGE, version_id)
        is None
    )


@pytest.mark.parametrize(
    ("operation", "code", "error"),
    [
        ("head_object", "403", AccessDenied),
        ("get_object_legal_hold", "AccessDenied", AccessDenied),
        ("get_object_lock_configuration", "InternalError", Unavailable),
    ],
)
def test_an_unknown_answer_is_an_error(operation, code, error):
    client = MemoryBucket(locked=["photos"])
    version_id = put(client, legal_hold=False)

    with pytest.raises(error):
        Holds(denying(client, operation, code=code), PREFIX).reason(IMAGE, version_id)
