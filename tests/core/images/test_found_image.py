from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri


@given(st.lists(st.text(min_size=1), unique=True))
def test_images_are_ordered_as_s3_lists_them(keys):
    ordered = sorted((FoundImage(S3Uri("b", key)) for key in keys), key=lambda image: image.order)
    as_bytes = [image.uri.key.encode("utf-8", "surrogatepass") for image in ordered]
    assert as_bytes == sorted(as_bytes)


def test_buckets_come_before_keys():
    assert FoundImage(S3Uri("a", "z")).order < FoundImage(S3Uri("b", "a")).order


LISTED = FoundImage(S3Uri("b", "a.jpg"), 7, "e1", datetime(2026, 11, 20, 12, 0, 0, 500_000, tzinfo=UTC))


@pytest.mark.parametrize(
    ("current", "is_unchanged"),
    [
        (LISTED, True),
        (replace(LISTED, modified_at=LISTED.modified_at.replace(microsecond=0)), True),
        (replace(LISTED, modified_at=LISTED.modified_at + timedelta(seconds=1)), False),
        (replace(LISTED, etag="e2"), False),
        (replace(LISTED, etag=None), False),
        (None, False),
    ],
)
def test_an_object_is_unchanged_if_its_etag_and_its_second_are_the_same(current, is_unchanged):
    assert LISTED.is_unchanged(current) is is_unchanged


def test_a_value_that_was_not_listed_is_not_compared():
    assert replace(LISTED, etag=None).is_unchanged(LISTED)
    assert replace(LISTED, modified_at=None).is_unchanged(LISTED)
    assert not replace(LISTED, modified_at=None).is_unchanged(replace(LISTED, etag="e2"))
