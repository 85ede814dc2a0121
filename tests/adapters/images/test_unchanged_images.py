from datetime import UTC, datetime

import pytest

from airflow_provider_rekmedia.adapters.images.unchanged_images import find_unchanged
from airflow_provider_rekmedia.adapters.s3.list_page import ListPage
from airflow_provider_rekmedia.core.errors import AccessDenied
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def image(key, etag="e1", bucket="photos"):
    return FoundImage(S3Uri(bucket, key), 7, etag, AT)


class Bucket:
    """Objects in S3, as far as they are compared; it counts the requests."""

    def __init__(self, images, *, page_size=1000, can_list=True):
        self.images = sorted(images, key=lambda image: image.order)
        self.page_size = page_size
        self.can_list = can_list
        self.pages = 0
        self.heads = 0

    def list_after(self, uri):
        if not self.can_list:
            raise AccessDenied(operation="ListObjectsV2", code="403", message="", request_id="")
        self.pages += 1
        found = [image for image in self.images if image.order > (uri.bucket.encode(), uri.key.encode())]
        found = [image for image in found if image.uri.bucket == uri.bucket]
        return ListPage(found[: self.page_size], [], "more" if len(found) > self.page_size else None)

    def find_image(self, uri):
        self.heads += 1
        return next((image for image in self.images if image.uri == uri), None)


def keys(unchanged):
    return {uri.key for uri in unchanged}


def test_a_dense_shard_costs_one_page_per_thousand_keys():
    shard = [image(f"{number:05}.jpg") for number in range(3_000)]
    bucket = Bucket(shard)

    assert len(find_unchanged(shard, bucket)) == 3_000
    assert (bucket.pages, bucket.heads) == (3, 0)


def test_a_sparse_shard_does_not_list_the_bucket():
    objects = [image(f"{number:05}.jpg") for number in range(60_000)]
    shard = objects[::300]
    bucket = Bucket(objects, page_size=1000)

    assert len(find_unchanged(shard, bucket)) == 200
    assert bucket.pages <= 3  # the whole bucket has 60
    assert bucket.heads < 200


def test_gaps_between_dense_ranges_are_not_listed():
    objects = [image(f"{folder}/{number:04}.jpg") for folder in "abcdefgh" for number in range(1_000)]
    shard = [found for found in objects if found.uri.key[0] in "ah"]
    bucket = Bucket(objects)

    assert len(find_unchanged(shard, bucket)) == 2_000
    assert (bucket.pages, bucket.heads) == (2, 0)


def test_a_few_images_are_fetched_one_by_one():
    shard = [image(f"{number}.jpg") for number in range(5)]
    bucket = Bucket(shard)

    assert len(find_unchanged(shard, bucket)) == 5
    assert (bucket.pages, bucket.heads) == (0, 5)


@pytest.mark.parametrize("changes", [{"can_list": False}, {}])
@pytest.mark.parametrize("bucket_name", ["photos", "photos--use1-az4--x-s3"])
def test_a_bucket_without_a_usable_listing_is_read_one_by_one(changes, bucket_name):
    shard = [image(f"{number:02}.jpg", bucket=bucket_name) for number in range(50)]
    bucket = Bucket(shard, **changes)

    assert len(find_unchanged(shard, bucket)) == 50
    if not bucket.can_list or bucket_name.endswith("--x-s3"):
        assert (bucket.pages, bucket.heads) == (0, 50)


@pytest.mark.parametrize("count", [5, 50])
def test_changed_and_missing_images_are_left_out_in_every_bucket(count):
    shard = [image(f"{number:02}.jpg", bucket=name) for name in ("b", "a") for number in range(count)]
    now = [*shard[1:], image("00.jpg", "e2", "b")]
    now.remove(image("03.jpg", bucket="a"))

    left_out = {found.uri for found in shard} - find_unchanged(shard, Bucket(now))

    assert left_out == {S3Uri("b", "00.jpg"), S3Uri("a", "03.jpg")}


def test_many_keys_just_before_an_image_do_not_hide_it():
    shard = [image(f"{number:02}.jpg") for number in range(20)]
    others = [image(f"00.jp\x01{number:04}") for number in range(2_500)]
    bucket = Bucket(shard + others)

    assert len(find_unchanged(shard, bucket)) == 20
    assert bucket.pages == 1
