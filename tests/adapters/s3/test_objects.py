from datetime import UTC
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from aws_stage import MANIFEST

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    NoCredentials,
    ObjectUnreadable,
    Throttled,
    Unavailable,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

NOTE = S3Uri("analysis", "note.txt")


def test_an_object_is_put_read_headed_and_deleted(stage):
    stage.objects.put(NOTE, b"a\nb", "text/plain")
    assert stage.objects.read(NOTE) == b"a\nb"
    assert list(stage.objects.iter_lines(NOTE)) == [b"a", b"b"]
    assert stage.objects.head(NOTE).size_bytes == 3
    stage.objects.delete(NOTE)
    assert stage.objects.head(NOTE) is None
    stage.objects.delete(NOTE)


def test_a_presigned_url_reads_one_object_for_a_limited_time_and_is_not_cached(stage):
    key = "a b+c&d=e%20f#g?h"
    stage.objects.put(S3Uri("analysis", key), b"bytes", "text/plain")
    url = stage.objects.presign(S3Uri("analysis", key), 60)
    response = httpx.get(url, trust_env=False)
    assert response.content == b"bytes"
    asked = dict(parse_qsl(urlsplit(url).query))["response-cache-control"]
    # An old moto does not send the header that the URL asks for.
    assert {asked, response.headers.get("cache-control", asked)} == {"private, no-store"}
    assert "Expires=" in url


@pytest.mark.parametrize("versioning", ["Suspended", "Enabled"])
def test_the_etag_changes_with_the_bytes_and_only_with_them(stage, versioning):
    stage.s3.put_bucket_versioning(Bucket="analysis", VersioningConfiguration={"Status": versioning})
    tags = []
    for body in (b"one", b"two", b"one"):
        stage.objects.put(NOTE, body, "text/plain")
        tags.append(stage.objects.head(NOTE).etag)
    assert tags[0] == tags[2] != tags[1]


@pytest.mark.parametrize("uri", [NOTE, S3Uri("nowhere", "note.txt")])
def test_a_missing_object_is_an_error(stage, uri):
    with pytest.raises(ObjectUnreadable):
        stage.objects.read(uri)
    with pytest.raises(ObjectUnreadable):
        list(stage.objects.iter_lines(uri))


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [("throttle", Throttled), ("http_500", Unavailable), ("connection_reset", Unavailable)],
)
def test_a_fault_of_s3_is_recognized_on_the_wire(stage, kind, refusal):
    for call in (
        lambda: stage.objects.read(NOTE),
        lambda: stage.objects.put(NOTE, b"", "text/plain"),
        lambda: stage.objects.delete(NOTE),
        lambda: list(stage.objects.iter_lines(NOTE)),
        lambda: list(stage.objects.iter_objects(NOTE)),
    ):
        stage.emulator.inject(kind, operation="S3")
        with pytest.raises(refusal):
            call()


def test_a_prefix_is_listed_in_order_with_keys_as_s3_has_them(stage):
    keys = [
        "p/a b.jpg",
        "p/a%20b.jpg",
        "p/a+b.jpg",
        "p/sub/é.jpg",
        "p/\u2028.jpg",
        "q/other.jpg",
    ]
    for key in keys:
        stage.objects.put(S3Uri("analysis", key), key.encode(), "text/plain")
    listed = list(stage.objects.iter_objects(S3Uri("analysis", "p/")))
    assert [found.uri.key for found in listed] == sorted(keys[:-1], key=str.encode)
    assert all(stage.objects.read(found.uri).decode() == found.uri.key for found in listed)
    assert all(found.modified_at.utcoffset().total_seconds() == 0 for found in listed)
    assert [found.size_bytes for found in listed] == [len(found.uri.key.encode()) for found in listed]


def test_find_image_returns_what_a_listing_has(stage):
    stage.objects.put(NOTE, b"abc", "text/plain")
    (listed,) = stage.objects.iter_objects(NOTE)
    found = stage.objects.find_image(NOTE)
    assert found == listed
    assert found.modified_at.tzinfo is listed.modified_at.tzinfo is UTC
    assert stage.objects.find_image(S3Uri("analysis", "none.txt")) is None


def test_an_empty_prefix_lists_nothing(stage):
    assert list(stage.objects.iter_objects(S3Uri("analysis", "none/"))) == []


@pytest.mark.parametrize("key", ["alias/moderation", None])
def test_every_object_is_written_with_the_key_of_the_client(stage, key):
    uri = S3Uri("analysis", "a.json")

    S3Objects(stage.s3, key).put(uri, b"{}", "application/json")

    assert stage.s3.head_object(Bucket="analysis", Key="a.json").get("SSEKMSKeyId") == key


@pytest.mark.parametrize("kind", ["expired_credentials", "invalid_credentials"])
def test_a_refused_head_request_says_that_the_credentials_are_the_reason(stage, kind):
    stage.emulator.inject(kind, operation="S3", times=None)
    with pytest.raises(NoCredentials):
        stage.objects.head(MANIFEST)
    with pytest.raises(NoCredentials):
        stage.objects.find_image(MANIFEST)


def test_a_region_request_with_expired_credentials_says_so(stage):
    stage.emulator.inject("expired_credentials", operation="S3", times=None)
    with pytest.raises(NoCredentials):
        stage.objects.bucket_region("photos")


def test_a_denied_head_request_stays_denied(stage):
    stage.emulator.deny("s3:GetObject", "photos/*")
    with pytest.raises(AccessDenied) as caught:
        stage.objects.head(MANIFEST)
    assert caught.value.operation == "HeadObject"
