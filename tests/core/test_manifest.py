import json

import pytest
from core.truth import GOLDEN
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.manifest import (
    MANIFEST_MAX_BYTES,
    MANIFEST_MAX_IMAGES,
    encode_manifest_line,
    has_image_suffix,
    iter_shards,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1024)


def images(count):
    return [S3Uri("photos", f"{number}.jpg") for number in range(count)]


def read(body):
    """The images of a manifest, as a plain JSON reader sees them."""
    lines = body.split(b"\n")
    assert lines.pop() == b""
    return [json.loads(line) for line in lines]


def test_a_line_is_what_aws_documents():
    documented = (GOLDEN / "manifest.jsonl").read_bytes()
    assert encode_manifest_line(S3Uri("foo", "bar/1.jpg")) == documented


@given(keys)
def test_any_key_survives_a_plain_json_reader(key):
    line = encode_manifest_line(S3Uri("photos", key))
    assert read(line) == [{"source-ref": f"s3://photos/{key}"}]


@pytest.mark.parametrize(
    "key", ["a\nb", 'a"b', "a\\b", "a\rb", "a\u2028b", "a\u0085b", "a\x0cb", "a%20b", "ключ"]
)
def test_no_key_breaks_its_line_for_any_reader(key):
    text = encode_manifest_line(S3Uri("photos", key)).decode()
    assert len(text.splitlines()) == 1


def test_the_limits_are_those_that_aws_documents():
    # "10k images per batch; manifest up to 50 MB": https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
    assert MANIFEST_MAX_IMAGES == 10_000
    assert MANIFEST_MAX_BYTES == 50 * 10**6


@given(count=st.integers(0, 40), max_images=st.integers(1, 15))
def test_shards_keep_every_image_in_order_and_none_is_larger_than_asked(count, max_images):
    shards = list(iter_shards(images(count), max_images=max_images))
    assert [entry["source-ref"] for shard in shards for entry in read(shard.body)] == list(
        map(str, images(count))
    )
    assert [shard.images for shard in shards] == [len(read(shard.body)) for shard in shards]
    assert all(shard.images == max_images for shard in shards[:-1])
    assert all(1 <= shard.images <= max_images for shard in shards)


def test_no_image_is_no_shard():
    assert list(iter_shards([])) == []


def test_ten_thousand_images_are_one_shard_and_one_more_makes_two():
    assert [shard.images for shard in iter_shards(images(10_000))] == [10_000]
    assert [shard.images for shard in iter_shards(images(10_001))] == [10_000, 1]


def test_a_shard_is_cut_before_it_has_more_than_50_mb():
    # A control character takes six bytes of JSON: 1,024 of them, S3's longest key, make a line of 6 KB.
    heavy = S3Uri("photos", "\x01" * 1024)
    line = len(encode_manifest_line(heavy))
    fitting = 50_000_000 // line
    first, second = iter_shards([heavy] * (fitting + 3))
    assert (first.images, second.images) == (fitting, 3)
    assert 50_000_000 - line < len(first.body) <= 50_000_000


def test_images_are_taken_as_they_are_needed():
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield S3Uri("photos", "cat.jpg")

    shards = iter_shards(endless(), max_images=3)
    assert next(shards).images == 3
    assert len(taken) == 4


@pytest.mark.parametrize("key", ["a.jpg", "a.JPG", "a.jpeg", "a.Jpeg", "a.png", "a.b.PNG"])
def test_jpeg_and_png_are_images_in_any_case(key):
    assert has_image_suffix(key)


@pytest.mark.parametrize("key", ["a.webp", "a.gif", "jpg", "a.jpg.txt", "a.jpg/", "a.tiff", ""])
def test_nothing_else_is(key):
    assert not has_image_suffix(key)
