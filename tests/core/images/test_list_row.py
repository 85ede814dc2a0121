from datetime import UTC, datetime

import pytest

from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.list_row import (
    has_image_columns,
    is_batch_operations_row,
    parse_list_row,
)
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
    [
        "2026-11-20T12:00:00",
        "2026-11-20T12:00:00Z",
        "2026-11-20 12:00:00.000 UTC",
        datetime(2026, 11, 20, 12),  # noqa: DTZ001
    ],
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
        ({"name": "cat"}, "neither a uri nor bucket and key"),
        ("s3://arn:aws:s3:us-east-1:123456789012:accesspoint/ap/k.jpg", "access point"),
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


@pytest.mark.parametrize("size", [float("inf"), "large", -1, "12.5"])
def test_a_bad_size_is_reported_as_a_size_and_not_as_a_uri(size):
    with pytest.raises(ValueError, match=f"^its size {size!r} is not a number of bytes$"):
        parse_list_row({"uri": "s3://b/k.jpg", "size": size})


@pytest.mark.parametrize("time", ["yesterday", 5, "2026-11-20 12:00:00 Mars/Olympus"])
def test_a_bad_time_is_reported_as_a_time_and_not_as_a_uri(time):
    with pytest.raises(ValueError, match=f"^its last_modified {time!r} is not an ISO 8601 time$"):
        parse_list_row({"uri": "s3://b/k.jpg", "last_modified": time})


def test_a_row_may_have_the_storage_class():
    row = {"uri": "s3://b/k.jpg", "storage_class": "GLACIER"}
    assert parse_list_row(row).is_archived
    assert not parse_list_row(row | {"storage_class": "GLACIER_IR"}).is_archived


@pytest.mark.parametrize(
    "cells",
    [
        ["photos", "a.jpg"],
        ["photos", "uploads%2Fa+b"],
        ["photos", "a/b", "3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY"],
    ],
)
def test_a_bucket_and_a_key_are_a_row_of_batch_operations(cells):
    assert is_batch_operations_row(cells)


@pytest.mark.parametrize(
    "cells",
    [
        [],
        ["name", "path"],
        ["photos"],
        ["Photos", "a.jpg"],
        ["s3://b/a.jpg", "b.jpg"],
        ["photos", "a.jpg", "1", "2"],
    ],
)
def test_other_headers_are_not_a_row_of_batch_operations(cells):
    assert not is_batch_operations_row(cells)
