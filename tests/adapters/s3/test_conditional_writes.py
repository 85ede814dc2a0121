import io

import pytest
from fuzz.memory_s3 import MemoryS3

from airflow_provider_rekmedia.adapters.s3.conditional_writes import (
    put_if_absent,
    put_if_unchanged,
    read_version,
)
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import ObjectUnreadable, RequestRefused, Unavailable
from airflow_provider_rekmedia.core.s3_uri import S3Uri

NOTE = S3Uri("analysis", "note.json")


def test_a_version_that_another_worker_replaced_is_not_replaced(stage):
    first = put_if_unchanged(stage.s3, NOTE, b"1", None)
    assert put_if_unchanged(stage.s3, NOTE, b"2", None) is None
    second = put_if_unchanged(stage.s3, NOTE, b"2", first)
    assert put_if_unchanged(stage.s3, NOTE, b"3", first) is None

    assert (read_version(stage.s3, NOTE).body, read_version(stage.s3, NOTE).etag) == (b"2", second)


def test_a_deleted_object_is_not_replaced(stage):
    etag = put_if_unchanged(stage.s3, NOTE, b"1", None)
    stage.objects.delete(NOTE)

    assert put_if_unchanged(stage.s3, NOTE, b"2", etag) is None
    assert read_version(stage.s3, NOTE) is None


def test_a_file_is_written_once(stage):
    assert put_if_absent(stage.s3, NOTE, io.BytesIO(b"1"), ContentType="text/plain")
    assert not put_if_absent(stage.s3, NOTE, io.BytesIO(b"2"))
    assert stage.objects.read(NOTE) == b"1"


def test_the_age_is_from_the_clock_of_s3(stage):
    put_if_absent(stage.s3, NOTE, b"1")
    assert -2 <= read_version(stage.s3, NOTE).age_s <= 10


def test_without_a_time_in_the_response_the_age_is_unknown():
    assert read_version(MemoryS3({str(NOTE): b"1"}), NOTE).age_s is None


class LostResponse(MemoryS3):
    """botocore repeats a request whose response is lost."""

    def put_object(self, **arguments):
        super().put_object(**arguments)
        return super().put_object(**arguments)


def test_a_write_whose_response_was_lost_is_recognized():
    s3 = LostResponse()
    etag = put_if_unchanged(s3, NOTE, b"1", None)
    assert etag == read_version(s3, NOTE).etag
    assert put_if_unchanged(s3, NOTE, b"2", etag) == read_version(s3, NOTE).etag


@pytest.mark.parametrize(
    ("code", "status"), [("ConditionalRequestConflict", 409), ("PreconditionFailed", 412)]
)
def test_a_conflict_writes_nothing(stage, code, status):
    stage.emulator.inject("error", operation="S3", code=code, status=status)
    assert put_if_unchanged(stage.s3, NOTE, b"1", None) is None
    assert put_if_unchanged(stage.s3, NOTE, b"1", None)


@pytest.mark.parametrize(
    ("code", "error"),
    [("NoSuchBucket", ObjectUnreadable), ("InternalError", Unavailable), ("400", RequestRefused)],
)
def test_another_refusal_is_an_error(stage, code, error):
    stage.emulator.inject("error", operation="S3", code=code, times=2)
    with pytest.raises(error):
        put_if_absent(stage.s3, NOTE, b"1")
    with pytest.raises(error):
        read_version(stage.s3, NOTE)


def test_a_conditional_write_is_encrypted_as_every_write(stage):
    objects = S3Objects(stage.s3, "alias/moderation")
    etag = objects.put_if_unchanged(NOTE, b"1", "application/json", None)
    assert not objects.put_if_absent(NOTE, b"2", "application/json")
    assert etag == objects.read_version(NOTE).etag
    assert stage.s3.head_object(Bucket=NOTE.bucket, Key=NOTE.key)["SSEKMSKeyId"] == "alias/moderation"
