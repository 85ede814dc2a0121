from datetime import UTC, datetime

import pytest

from airflow_provider_rekmedia.core.errors import ServiceError, UnreadableLedger
from airflow_provider_rekmedia.core.images.shard_entry import (
    ShardEntry,
    encode_shard_entry,
    shard_entries_uri,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.results.listed_images import read_listed_images

MANIFEST = S3Uri("photos", "run/manifest.jsonl")
ENTRY = ShardEntry("s3://photos/a.jpg", "e1", 1, "v8", datetime(2026, 11, 20, tzinfo=UTC), 12)


def put_beside(stage, body):
    stage.objects.put(shard_entries_uri(MANIFEST), body, "application/jsonl")


def test_the_listing_of_each_image_is_read(stage):
    put_beside(stage, encode_shard_entry(ENTRY))

    assert read_listed_images(str(MANIFEST), stage.objects) == {"s3://photos/a.jpg": ENTRY}


def test_a_file_of_an_earlier_release_has_no_size_and_no_time(stage):
    put_beside(stage, b'{"source-ref": "s3://photos/a.jpg", "etag": "e1", "attempts": 1, "scan": ""}\n')

    entry = read_listed_images(str(MANIFEST), stage.objects)["s3://photos/a.jpg"]

    assert (entry.etag, entry.size_bytes, entry.modified_at) == ("e1", None, None)


def test_a_manifest_of_another_program_has_no_listing(stage):
    assert read_listed_images(str(MANIFEST), stage.objects) == {}
    assert read_listed_images(None, stage.objects) == {}


def test_a_damaged_or_forbidden_file_is_an_error_and_not_absent(stage):
    put_beside(stage, b"{")
    with pytest.raises(UnreadableLedger):
        read_listed_images(str(MANIFEST), stage.objects)

    stage.emulator.inject("error", operation="S3", code="AccessDenied", status=403)

    with pytest.raises(ServiceError):
        read_listed_images(str(MANIFEST), stage.objects)
