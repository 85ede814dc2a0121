"""Faults of S3 itself. Only the server has them."""

import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from emulator.scene import IN


@pytest.fixture
def client(served_scene):
    return served_scene.emulator.client("s3", retries={"total_max_attempts": 1})


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ({"kind": "throttle"}, "SlowDown", 503),
        ({"kind": "http_500"}, "InternalError", 500),
        ({"kind": "expired_credentials"}, "ExpiredToken", 400),
        ({"kind": "invalid_credentials"}, "InvalidAccessKeyId", 403),
        ({"kind": "error", "code": "AccessDenied", "message": "<no>", "status": 403}, "AccessDenied", 403),
    ],
)
def test_s3_has_its_own_errors(served_scene, client, fault, code, status):
    served_scene.emulator.inject(operation="S3", **fault)
    with pytest.raises(ClientError) as error:
        client.get_object(Bucket=IN, Key="cat.jpg")
    assert error.value.response["Error"]["Code"] == code
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert client.get_object(Bucket=IN, Key="cat.jpg")


def test_s3_can_lose_a_connection(served_scene, client):
    served_scene.emulator.inject("connection_reset", operation="S3")
    with pytest.raises((ConnectionClosedError, ConnectionError)):
        client.get_object(Bucket=IN, Key="cat.jpg")


def test_s3_can_be_slow(served_scene, client):
    served_scene.emulator.inject("slow", operation="S3", seconds=0.2)
    began = time.monotonic()
    assert client.get_object(Bucket=IN, Key="cat.jpg")
    assert time.monotonic() - began >= 0.2


def test_a_fault_of_any_operation_does_not_affect_s3(served_scene, client):
    served_scene.emulator.inject("http_500", times=None)
    assert client.get_object(Bucket=IN, Key="cat.jpg")


def test_s3_faults_do_not_affect_the_emulators_own_access(served_scene):
    served_scene.emulator.inject("http_500", operation="S3", times=None)
    job_id = served_scene.start()
    assert served_scene.finish(job_id)["Status"] == "SUCCEEDED"
