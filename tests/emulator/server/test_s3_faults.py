"""Faults of S3 itself; the server only, for mock_aws serves S3 without us."""

import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from emulator.scene import IN


@pytest.fixture
def impatient(served_scene):
    return served_scene.emulator.client("s3", retries={"total_max_attempts": 1})


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ({"kind": "throttle"}, "SlowDown", 503),
        ({"kind": "http_500"}, "InternalError", 500),
        ({"kind": "error", "code": "AccessDenied", "message": "<no>", "status": 403}, "AccessDenied", 403),
    ],
)
def test_s3_answers_with_its_own_errors(served_scene, impatient, fault, code, status):
    served_scene.emulator.inject(operation="S3", **fault)
    with pytest.raises(ClientError) as error:
        impatient.get_object(Bucket=IN, Key="cat.jpg")
    assert error.value.response["Error"]["Code"] == code
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert impatient.get_object(Bucket=IN, Key="cat.jpg")


def test_s3_can_lose_a_connection(served_scene, impatient):
    served_scene.emulator.inject("connection_reset", operation="S3")
    with pytest.raises((ConnectionClosedError, ConnectionError)):
        impatient.get_object(Bucket=IN, Key="cat.jpg")


def test_s3_can_be_slow(served_scene, impatient):
    served_scene.emulator.inject("slow", operation="S3", seconds=0.2)
    began = time.monotonic()
    assert impatient.get_object(Bucket=IN, Key="cat.jpg")
    assert time.monotonic() - began >= 0.2


def test_a_fault_of_any_operation_leaves_s3_alone(served_scene, impatient):
    served_scene.emulator.inject("http_500", times=None)
    assert impatient.get_object(Bucket=IN, Key="cat.jpg")


def test_the_emulators_own_reading_of_s3_is_not_struck(served_scene):
    served_scene.emulator.inject("http_500", operation="S3", times=None)
    job_id = served_scene.start()
    assert served_scene.finish(job_id)["Status"] == "SUCCEEDED"
