import threading
from itertools import islice

import pytest
from adapters.s3.listed_bucket import ListedBucket
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.adapters.s3.listing import iter_listing
from airflow_provider_rekmedia.core.errors import AccessDenied, MalformedAnswer
from airflow_provider_rekmedia.core.s3_uri import S3Uri

# Around the slash in byte order: what stands between "a-", "a/", "a0" decides how parts and keys interleave.
names = st.lists(st.text("ab/-0é", min_size=1, max_size=5), unique=True, max_size=25)


def listed(bucket, *prefixes):
    return [found.uri.key for found in iter_listing(bucket, [S3Uri("photos", key) for key in prefixes])]


@given(names)
def test_every_object_is_listed_once_in_byte_order(keys):
    bucket = ListedBucket(keys)
    assert listed(bucket, "") == bucket.keys


@given(names)
def test_several_prefixes_are_listed_in_one_order(keys):
    bucket = ListedBucket(keys)
    wanted = [key for key in bucket.keys if key.startswith(("a/", "b/"))]
    assert listed(bucket, "b/", "a/") == wanted


def test_prefixes_of_several_buckets_are_ordered_by_bucket_first():
    bucket = ListedBucket(["a/1.jpg", "b/1.jpg"])
    images = iter_listing(bucket, [S3Uri("zoo", "a/"), S3Uri("art", "b/")])
    assert [found.uri for found in images] == [S3Uri("art", "b/1.jpg"), S3Uri("zoo", "a/1.jpg")]


def test_a_large_prefix_is_split_into_parts():
    bucket = ListedBucket([f"day{day}/{n}.jpg" for day in range(3) for n in range(5)])
    assert listed(bucket, "") == bucket.keys
    assert {prefix for prefix, _, _ in bucket.calls} == {"", "day0/", "day1/", "day2/"}


def test_a_tree_is_split_at_its_first_branches():
    bucket = ListedBucket([f"2026/11/{day}/{n}.jpg" for day in range(3) for n in range(5)])
    assert listed(bucket, "") == bucket.keys
    assert {prefix for prefix, _, delimiter in bucket.calls if delimiter is None} == {
        "",
        "2026/11/0/",
        "2026/11/1/",
        "2026/11/2/",
    }


@pytest.mark.parametrize("depth", range(8))
def test_one_deep_folder_is_not_split(depth):
    bucket = ListedBucket([f"{'a/' * depth}{n}.jpg" for n in range(9)])
    assert listed(bucket, "") == bucket.keys


def test_a_prefix_of_one_page_costs_one_call():
    bucket = ListedBucket(["a/1.jpg", "b/1.jpg", "c.jpg"])
    listed(bucket, "")
    assert len(bucket.calls) == 1


def test_many_small_parts_are_not_listed_one_by_one():
    bucket = ListedBucket([f"{n:03}/x.jpg" for n in range(100)], page_size=70)
    assert listed(bucket, "") == bucket.keys
    assert {prefix for prefix, _, _ in bucket.calls} == {""}


def test_an_error_in_a_part_is_raised_to_the_reader():
    class Refusing(ListedBucket):
        def list_objects_v2(self, **where):
            if where["Prefix"] == "b/":
                raise AccessDenied(operation="ListObjectsV2", code="AccessDenied", message="", request_id="r")
            return super().list_objects_v2(**where)

    bucket = Refusing([f"{part}/{n}" for part in "abc" for n in range(4)])
    with pytest.raises(AccessDenied):
        listed(bucket, "")


def test_a_reader_that_stops_leaves_no_thread_running():
    bucket = ListedBucket([f"{part}/{n:03}" for part in "abcdefgh" for n in range(90)])
    images = iter_listing(bucket, [S3Uri("photos", "")])
    assert len(list(islice(images, 5))) == 5
    images.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rekmedia-listing")]


def test_workers_wait_for_a_slow_reader():
    bucket = ListedBucket([f"{part}/{n:04}" for part in "ab" for n in range(900)])
    images = iter_listing(bucket, [S3Uri("photos", "a/"), S3Uri("photos", "b/")])
    next(images)
    threading.Event().wait(0.3)
    # Four pages wait in each queue, and one in each hand.
    assert len(bucket.calls) <= 2 * 6
    images.close()


@pytest.mark.parametrize(
    ("keys", "page_size"),
    [("abdce", 3), ("abdce", 9), ("cab", 3), ("dabc", 2)],
)
def test_an_unsorted_listing_is_an_error(keys, page_size):
    bucket = ListedBucket([], page_size=page_size)
    bucket.keys = list(keys)
    with pytest.raises(MalformedAnswer, match="directory bucket"):
        listed(bucket, "")
