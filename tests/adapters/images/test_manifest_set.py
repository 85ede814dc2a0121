import gzip
import json
from datetime import datetime

import duckdb
import pytest

from airflow_provider_rekmedia.adapters.images.manifest_set import ManifestSet, read_index
from airflow_provider_rekmedia.core.images.estimate import estimate
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import SkipReason
from airflow_provider_rekmedia.core.images.shard_entry import shard_entries_uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

TARGET = S3Uri("analysis", "manifests/dag/task/run-1")
#: What the index says besides the manifests.
OTHERS = {"skipped": {}, "estimate": estimate(0, image_bytes=None, shards=0, region="us-east-1")}
TIME = "2026-11-20T12:00:00Z"
AT = datetime.fromisoformat(TIME)


def image(number):
    return FoundImage(S3Uri("photos", f"a\nb {number:03}.jpg"), 10, f"e{number}", AT)


def write(objects, count, *, max_images=3, skips=0, request=""):
    with ManifestSet() as made:
        for number in range(count):
            made.add(image(number), attempts=number % 2, scan="v8")
        for number in range(skips):
            made.add_skip(image(number), SkipReason.EMPTY)
        return made.write(objects, TARGET, max_images=max_images, **OTHERS, request=request)


def stored(stage):
    return {found.uri.key for found in stage.objects.iter_objects(TARGET)}


def uris_of(stage, index):
    return [
        json.loads(line)["source-ref"]
        for manifest in index.manifests
        for line in stage.objects.read(parse_s3_uri(manifest.uri)).splitlines()
    ]


class Dying:
    """The objects adapter of a worker that dies at its n-th write."""

    def __init__(self, objects, at):
        self.objects = objects
        self.left = at

    def __getattr__(self, name):
        call = getattr(self.objects, name)
        assert name != "delete"
        if not name.startswith("put"):
            return call

        def step(*arguments):
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            return call(*arguments)

        return step


def test_a_set_has_manifests_companion_files_and_an_index(stage):
    index = write(stage.objects, 7, skips=2, request="here")
    assert uris_of(stage, index) == [str(image(number).uri) for number in range(7)]
    assert [manifest.images for manifest in index.manifests] == [3, 2, 2]
    assert read_index(stage.objects, parse_s3_uri(index.uri)) == index
    assert index.uri.startswith(index.manifests[0].uri.rpartition("/")[0])
    assert (index.images, index.request) == (7, "here")


def test_a_companion_file_has_etags_and_attempts(stage):
    index = write(stage.objects, 2)
    beside = shard_entries_uri(parse_s3_uri(index.manifests[0].uri))
    told = [json.loads(line) for line in stage.objects.iter_lines(beside)]
    listed = {"scan": "v8", "last_modified": TIME, "size_bytes": 10}
    assert told == [
        {"source-ref": str(image(n).uri), "etag": f"e{n}", "attempts": n, **listed} for n in range(2)
    ]


def test_duckdb_reads_the_skip_file(stage, tmp_path):
    index = write(stage.objects, 1, skips=2)
    file = tmp_path / "skipped.jsonl.gz"
    file.write_bytes(stage.objects.read(parse_s3_uri(index.skip_file)))
    rows = duckdb.read_json(str(file)).project("bucket, key, reason, size_bytes, etag").fetchall()
    assert rows == [("photos", image(n).uri.key, "empty", 10, f"e{n}") for n in range(2)]
    assert gzip.decompress(file.read_bytes()).count(b"\n") == 2


def test_without_skips_there_is_no_skip_file(stage):
    assert write(stage.objects, 1).skip_file is None
    assert not [key for key in stored(stage) if "skipped" in key]


@pytest.mark.parametrize(
    ("changes", "is_another"),
    [
        ({}, False),
        ({"etag": "overwritten"}, True),
        ({"attempts": 1}, True),
        ({"scan": "v9"}, True),
        ({"max_images": 2}, True),
        ({"skips": 1}, False),
        ({"request": "another"}, False),
    ],
)
def test_the_uri_of_a_manifest_depends_on_its_images_and_their_bytes(stage, changes, is_another):
    plain = {"etag": "e1", "attempts": 0, "scan": "v8", "max_images": 3, "skips": 0, "request": "this"}

    def uris(*, etag, attempts, scan, max_images, skips, request):
        with ManifestSet() as made:
            made.add(FoundImage(S3Uri("photos", "a.jpg"), 10, etag), attempts=attempts, scan=scan)
            for number in range(skips):
                made.add_skip(image(number), SkipReason.EMPTY)
            return made.write(
                stage.objects, TARGET, max_images=max_images, **OTHERS, request=request
            ).manifests

    assert (uris(**plain) != uris(**plain | changes)) is is_another


@pytest.mark.parametrize("count", [4, 9])
def test_a_new_set_changes_no_file_of_an_earlier_one(stage, count):
    write(stage.objects, 9, skips=1)
    before = {key: stage.objects.read(S3Uri("analysis", key)) for key in stored(stage)}
    index = write(stage.objects, count, skips=2)
    after = {key: stage.objects.read(S3Uri("analysis", key)) for key in stored(stage)}
    assert before.items() <= after.items()
    assert read_index(stage.objects, parse_s3_uri(index.uri)) == index


def test_existing_manifests_are_not_rewritten(stage, monkeypatch):
    write(stage.objects, 4, skips=1)
    monkeypatch.setattr(gzip.time, "time", lambda: 2_000_000_000.0)
    write(Dying(stage.objects, 0), 4, skips=1)


@pytest.mark.parametrize("at", range(7))
def test_after_a_crash_at_any_write_the_earlier_set_is_complete_and_a_retry_works(stage, at):
    old = write(stage.objects, 9, skips=1)
    with pytest.raises(KeyboardInterrupt):
        write(Dying(stage.objects, at), 6, max_images=2)
    assert read_index(stage.objects, parse_s3_uri(old.uri)) == old
    assert uris_of(stage, old) == [str(image(number).uri) for number in range(9)]
    index = write(stage.objects, 6, max_images=2)
    assert uris_of(stage, index) == [str(image(number).uri) for number in range(6)]


def test_companion_files_are_written_before_their_manifest(stage):
    for _ in range(6):
        with pytest.raises(KeyboardInterrupt):
            write(Dying(stage.objects, 1), 6, max_images=2)
        keys = stored(stage)
        manifests = [S3Uri("analysis", key) for key in keys if "/manifest-" in key and "_rekmedia" not in key]
        assert {shard_entries_uri(uri).key for uri in manifests} <= keys


def test_the_total_size_is_unknown_if_one_size_is(stage):
    with ManifestSet() as made:
        made.add(image(1), attempts=0, scan="")
        assert made.image_bytes == 10
        made.add(FoundImage(S3Uri("photos", "b.jpg")), attempts=0, scan="")
        made.add(image(2), attempts=0, scan="")
        assert made.image_bytes is None


def test_two_indexes_of_one_set_have_two_names(stage):
    first, second, third = (write(stage.objects, 2, request=request) for request in ("a", "b", "a"))
    assert first == third
    assert first.manifests == second.manifests
    assert first.uri != second.uri
    assert read_index(stage.objects, parse_s3_uri(first.uri)) == first
