"""Where hold records are, and what they contain."""

import json

from core.actions.records import NOON

from airflow_provider_rekmedia.core.actions.holds import HoldRecord, encode_hold, hold_uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def test_the_name_of_a_record_is_the_sha_256_of_the_uri():
    # printf %s s3://photos/a.jpg | sha256sum
    digest = "3d6359944b595e3ecb6a469355b8958a8e00f13f42d6d3cd0602149d20089a00"

    uri = hold_uri(S3Uri("ops", "holds/"), S3Uri("photos", "a.jpg"))

    assert (uri.bucket, uri.key) == ("ops", f"holds/{digest}.json")


def test_a_record_says_what_is_held_and_by_whom():
    record = HoldRecord(uri="s3://photos/a.jpg", held_at=NOON, held_by="lead")

    assert json.loads(encode_hold(record)) == {
        "version": 1,
        "uri": "s3://photos/a.jpg",
        "held_at": "2026-11-20T12:00:00Z",
        "held_by": "lead",
        "reason": "escalated",
        "etag": None,
    }
