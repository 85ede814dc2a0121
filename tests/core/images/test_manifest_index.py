import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from airflow_provider_rekmedia.core.errors import UnexpectedAnswer, UnreadableIndex
from airflow_provider_rekmedia.core.images.estimate import estimate
from airflow_provider_rekmedia.core.images.manifest_index import (
    IndexedManifest,
    ManifestIndex,
    decode_index,
    encode_index,
    name_index,
    newest_index_uri,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

URI = "s3://photos/m/dag/task/run-1/index.json"
FIRST, SECOND = (f"s3://photos/m/dag/task/run-1/0a1b/manifest-0000{number}.jsonl" for number in range(2))
INDEX = ManifestIndex(
    manifests=(IndexedManifest(FIRST, 2), IndexedManifest(SECOND, 1)),
    skip_file=None,
    images=3,
    request='[0, "s3://photos/in/"]',
    skipped={"empty": 1},
    estimate=estimate(3, image_bytes=30, shards=2, region="us-east-1"),
    uri=URI,
)

#: The bytes that version 0.1 wrote with ``json.dumps(index, indent=1)``.
VERSION_1 = b"""{
 "version": 1,
 "manifests": [
  {
   "uri": "s3://photos/m/dag/task/run-1/0a1b/manifest-00000.jsonl",
   "images": 2
  },
  {
   "uri": "s3://photos/m/dag/task/run-1/0a1b/manifest-00001.jsonl",
   "images": 1
  }
 ],
 "skip_file": null,
 "images": 3,
 "asked": "[0, \\"s3://photos/in/\\"]",
 "skipped": {
  "empty": 1
 },
 "estimate": {
  "images": 3,
  "image_bytes": 30,
  "shards": 2,
  "price_usd": 0.003,
  "price_region": "us-east-1",
  "prices_as_of": "2026-10-07",
  "per_image_s": 1,
  "job_rounds": 1
 },
 "uri": "s3://photos/m/dag/task/run-1/index.json"
}"""


def test_an_index_of_the_first_version_is_read_and_written_byte_for_byte():
    assert decode_index(VERSION_1, URI) == INDEX
    assert encode_index(INDEX) == VERSION_1


def test_the_copy_of_the_newest_index_has_one_place_below_the_key_of_the_sets():
    assert str(newest_index_uri(S3Uri("photos", "m/dag/task/run-1"))) == URI


def test_an_index_is_named_by_its_content():
    folder = S3Uri("photos", "m/dag/task/run-1/abc/")
    named = name_index(INDEX, folder)

    assert named.uri.startswith(f"{folder}index-")
    assert name_index(named, folder) == named
    assert name_index(replace(INDEX, request="another"), folder).uri != named.uri


def test_images_are_counted_by_manifest():
    assert INDEX.images_by_manifest == {FIRST: 2, SECOND: 1}


def test_an_index_cut_at_any_byte_is_an_error_that_a_retry_cannot_help():
    for length in range(len(VERSION_1)):
        with pytest.raises(UnreadableIndex, match=URI) as caught:
            decode_index(VERSION_1[:length], URI)
        assert not caught.value.retryable


@given(st.binary())
def test_any_bytes_are_an_index_or_an_error_of_the_tree(body):
    with pytest.raises(UnexpectedAnswer):
        decode_index(body, URI)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": None},
        {"manifests": None},
        {"manifests": [{"uri": FIRST}]},
        {"manifests": [{"uri": FIRST, "images": -1}]},
        {"images": "3"},
        {"images": -1},
        {"asked": 5},
        {"skipped": {"empty": "1"}},
        {"estimate": {}},
        {"uri": None},
    ],
)
def test_an_index_of_another_version_or_shape_is_an_error(change):
    with pytest.raises(UnreadableIndex):
        decode_index(json.dumps(json.loads(VERSION_1) | change).encode(), URI)


@pytest.mark.parametrize(
    "missing", ["manifests", "skip_file", "images", "asked", "skipped", "estimate", "uri"]
)
def test_an_index_without_a_member_is_an_error_that_names_it(missing):
    members = json.loads(VERSION_1)
    del members[missing]
    with pytest.raises(UnreadableIndex, match=missing):
        decode_index(json.dumps(members).encode(), URI)


@pytest.mark.parametrize(
    "body", [b"\xef\xbb\xbf" + VERSION_1, b'{"uri":' + b"[" * 100_000, b"null", b"[]", b"\xff"]
)
def test_a_byte_order_mark_deep_nesting_and_other_json_are_errors(body):
    with pytest.raises(UnreadableIndex):
        decode_index(body, URI)


def test_members_of_a_later_version_1_are_ignored():
    body = json.dumps(json.loads(VERSION_1) | {"region": "us-east-1"}).encode()
    assert decode_index(body, URI) == INDEX
