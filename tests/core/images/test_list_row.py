from datetime import UTC, datetime

import pytest

from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.list_row import has_image_columns, parse_list_row
from airflow_provider_rekmedia.core.s3_uri import S3Uri

CAT = S3Uri("b", "a b%20.jpg")


@pytest.mark.parametrize(
    "row",
    [
        "s3://b/a b%20.jpg",
        "  s3://b/a b%20.jpg ",
        {"source-ref": "s3://b/a b%20.jpg", "more": 1},
        {"URI": "s3://b/a b%20.jpg"},
        {" Bucket": "b", "KEY": "a b%20.jpg"},
        {"uri": "", "bucket": "b", "key": "a b%20.jpg", "size": "", "etag": None, "last_modified": ""},
    ],
)
def test_a_row_may_have_a_uri_or_bucket_and_key(row):
    assert parse_list_row(row) == FoundImage(CAT)


@pytest.mark.parametrize(
    "time",
    ["2026-11-20T12:00:00", "2026-11-20T12:00:00Z", datetime(2026, 11, 20, 12)],  # noqa: DTZ001
)
def test_a_row_may_have_size_etag_and_time(time):
    row = {"uri": "s3://b/a b%20.jpg", "size": "12", "ETag": '"abc"', "last_modified": time}
    assert parse_list_row(row) == FoundImage(CAT, 12, "abc", datetime(2026, 11, 20, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("cat.jpg", "does not start with s3://"),
        (7, "neither text nor named columns"),
        ("s3://b/\ud800.jpg", "half a surrogate pair"),
        ({"bucket": "b", "key": "\ud800.jpg"}, "half a surrogate pair"),
        ({"bucket": "\ud800", "key": "a.jpg"}, "half a surrogate pair"),
        ({"uri": "s3://b/k.jpg", "size": float("inf")}, "not a size in bytes"),
        ({"name": "cat"}, "neither a uri nor bucket and key"),
        ({"uri": "s3://b/k.jpg", "size": "large"}, "not a size in bytes"),
        ({"uri": "s3://b/k.jpg", "size": "-1"}, "not a size in bytes"),
        ({"uri": "s3://b/k.jpg", "last_modified": "yesterday"}, "ISO 8601"),
    ],
)
def test_a_row_without_an_image_is_an_error_with_the_reason(row, problem):
    with pytest.raises(InvalidS3Uri, match=problem):
        parse_list_row(row)


@pytest.mark.parametrize("header", [["URI"], ["size", " source-ref"], ["Key", "bucket"], ["image", "image"]])
def test_a_header_with_a_known_column_identifies_images(header):
    assert has_image_columns(header)


@pytest.mark.parametrize("header", [[], ["photos", "a.jpg"], ["key"], ["bucket"], ["uri;size"]])
def test_a_header_without_a_known_column_does_not(header):
    assert not has_image_columns(header)
