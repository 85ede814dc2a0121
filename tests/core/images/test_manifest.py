import json

import pytest
from core.truth import GOLDEN
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.images.manifest import (
    MANIFEST_MAX_BYTES,
    MANIFEST_MAX_IMAGES,
    decode_manifest_line,
    encode_manifest_line,
    iter_shards,
    plan_shards,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1024)


def images(count):
    return [S3Uri("photos", f"{number}.jpg") for number in range(count)]


def read(body):
    """The images of a manifest, as a plain JSON reader decodes them."""
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
def test_no_key_adds_a_line_break(key):
    text = encode_manifest_line(S3Uri("photos", key)).decode()
    assert len(text.splitlines()) == 1


def test_the_limits_are_those_that_aws_documents():
    # "10k images per batch; manifest up to 50 MB": https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
    assert MANIFEST_MAX_IMAGES == 10_000
    assert MANIFEST_MAX_BYTES == 50 * 10**6


def cut(count, max_images):
    rows = [(encode_manifest_line(image), str(image)) for image in images(count)]
    size_bytes = sum(len(line) for line, _ in rows)
    planned = plan_shards(count, size_bytes, max_images=max_images)
    return rows, planned, list(iter_shards(rows, images=count, shards=planned))


@given(count=st.integers(0, 60), max_images=st.integers(1, 15))
def test_shards_keep_every_image_in_order_and_are_even(count, max_images):
    rows, planned, shards = cut(count, max_images)
    assert [row for shard in shards for row in shard] == rows
    assert len(shards) == planned == -(-count // max_images)
    sizes = {len(shard) for shard in shards}
    assert all(1 <= size <= max_images for size in sizes)
    assert not sizes or max(sizes) - min(sizes) <= 1


def test_ten_thousand_and_one_images_are_two_even_shards():
    assert [len(shard) for shard in cut(10_000, 10_000)[2]] == [10_000]
    assert [len(shard) for shard in cut(10_001, 10_000)[2]] == [5_001, 5_000]


def test_a_shard_has_at_most_50_mb():
    # A control character takes six bytes of JSON: 1,024 of them, S3's longest key, make a line of 6 KB.
    line = encode_manifest_line(S3Uri("photos", "\x01" * 1024))
    fitting = MANIFEST_MAX_BYTES // len(line)
    assert plan_shards(2 * fitting + 1, (2 * fitting + 1) * len(line)) == 3
    # One shard too few was planned: an additional shard is made, because the service refuses a larger one.
    shards = list(iter_shards([(line, None)] * (fitting + 3), images=fitting + 3, shards=1))
    assert [len(shard) for shard in shards] == [fitting, 3]


@pytest.mark.parametrize("long", [9_000, 10_000])
@pytest.mark.parametrize("max_images", [10_000, 8_000])
def test_a_shard_ended_by_long_lines_does_not_make_later_shards_too_long(long, max_images):
    lines = [b"x" * 6_000] * long + [b"x" * 30] * (20_000 - long)
    planned = plan_shards(len(lines), sum(map(len, lines)), max_images=max_images)
    rows = [(line, number) for number, line in enumerate(lines)]
    shards = list(iter_shards(rows, images=len(rows), shards=planned, max_images=max_images))
    assert [row for shard in shards for row in shard] == rows
    assert max(map(len, shards)) <= max_images


def test_shards_are_made_lazily():
    consumed = []

    def endless():
        while True:
            consumed.append(1)
            yield b"line", None

    shards = iter_shards(endless(), images=6, shards=2)
    assert len(next(shards)) == 3
    assert len(consumed) == 4


@given(keys)
def test_a_line_round_trips(key):
    assert decode_manifest_line(encode_manifest_line(S3Uri("photos", key))) == f"s3://photos/{key}"


@pytest.mark.parametrize(
    "line", [b"{}", b"rubbish", b'{"source-ref": 7}', b"\xff", b"[" * 3_000, b'{"x":' * 3_000]
)
def test_a_line_without_a_uri_has_none(line):
    assert decode_manifest_line(line) is None
