import gzip
import json
import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from adapters.s3.listed_bucket import ListedBucket
from adapters.test_ledger import entry

from airflow_provider_rekmedia.adapters import progress_log
from airflow_provider_rekmedia.adapters.images.manifest_set import ManifestSet
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.s3.listing import iter_listing
from airflow_provider_rekmedia.core.images.estimate import estimate
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
from airflow_provider_rekmedia.core.images.shard_entry import decode_shard_entry, shard_entries_uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.services.images.select_images import ImageSelection, select_images

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)

#: What the index says besides the manifests.
INDEX = {
    "request": "",
    "skipped": {},
    "estimate": estimate(0, image_bytes=None, shards=0, region="us-east-1"),
}


def image(name, size_bytes=10):
    return FoundImage(S3Uri("photos", name), size_bytes)


def source(*found):
    """What reads a source, as far as it matters here."""
    yield from found


def never(uri):
    raise AssertionError(uri)


@pytest.fixture
def wanted():
    return ImageSelection(filter=ImageFilter(max_bytes=50), ledger=None, scan="", max_attempts=3)


def test_selected_images_are_written_and_skipped_ones_are_counted(wanted):
    found = [image("a.jpg"), image("a.jpg"), image("b.txt"), image("c.jpg", 0), image("d.jpg", 99)]
    with ManifestSet() as into:
        skipped = select_images(source(*found), wanted, into, find_image=never)
        assert into.images == 1
    assert skipped == {"duplicate": 1, "not_jpeg_or_png": 1, "empty": 1, "above_max_bytes": 1}


def test_the_skip_file_lists_faults_and_not_filtered_images(wanted, stage):
    with ManifestSet() as into:
        select_images(source(image("b.txt"), image("d.jpg", 99)), wanted, into, find_image=never)
        index = into.write(stage.objects, S3Uri("analysis", "set"), max_images=9, **INDEX)
    lines = gzip.decompress(stage.objects.read(parse_s3_uri(index.skip_file))).splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["b.txt"]


def test_progress_is_logged_during_a_long_listing(wanted, monkeypatch, caplog):
    monkeypatch.setattr(progress_log, "_INTERVAL_S", 0.0)
    with ManifestSet() as into, caplog.at_level(logging.INFO):
        select_images((image(f"{n:05}.jpg") for n in range(2_500)), wanted, into, find_image=never)
    assert [record.args[1] for record in caplog.records] == [1_000, 2_000]


def test_metadata_that_a_filter_needs_and_the_source_lacks_is_fetched(wanted):
    facts = {"b.jpg": 99, "c.jpg": 0, "d.jpg": 10}
    fetched_keys = []

    def fetch(uri):
        fetched_keys.append(uri.key)
        return image(uri.key, facts[uri.key]) if uri.key in facts else None

    found = [image("a.jpg"), *(image(f"{name}.jpg", None) for name in "bcde"), image("f.txt", None)]
    with ManifestSet() as into:
        skipped = select_images(source(*found), wanted, into, find_image=fetch)
        assert (into.images, into.image_bytes) == (2, 20)
    assert skipped == {"above_max_bytes": 1, "empty": 1, "missing": 1, "not_jpeg_or_png": 1}
    assert sorted(fetched_keys) == ["b.jpg", "c.jpg", "d.jpg", "e.jpg"]


def test_metadata_that_no_filter_needs_is_not_fetched(wanted):
    with ManifestSet() as into:
        select_images(
            source(image("a.jpg", None)), replace(wanted, filter=ImageFilter()), into, find_image=never
        )
        assert into.images == 1


def test_a_ledger_needs_the_etag_of_each_image(wanted, stage):
    ledger = Ledger(stage.objects, S3Uri("analysis", "ledger/"))
    found = [FoundImage(S3Uri("photos", name)) for name in ("0.jpg", "none.jpg")]
    with ManifestSet() as into:
        wanted = replace(wanted, filter=ImageFilter(), ledger=ledger)
        assert select_images(source(*found), wanted, into, find_image=stage.objects.find_image) == {
            "missing": 1
        }
        (manifest,) = into.write(stage.objects, S3Uri("analysis", "set"), max_images=9, **INDEX).manifests
    (entry,) = stage.objects.iter_lines(shard_entries_uri(parse_s3_uri(manifest.uri)))
    told = stage.s3.head_object(Bucket="photos", Key="0.jpg")
    listed = decode_shard_entry(entry, "")
    assert (f'"{listed.etag}"', listed.modified_at) == (told["ETag"], told["LastModified"])


def test_a_kept_traceback_leaves_no_listing_thread_running(wanted):
    class Full(ManifestSet):
        def add(self, image, **_):
            raise OSError(28, "No space left on device")

    bucket = ListedBucket([f"{part}/{number:03}.jpg" for part in "abcdefgh" for number in range(90)])
    with Full() as into, pytest.raises(OSError, match="space") as caught:
        select_images(iter_listing(bucket, [S3Uri("photos", "")]), wanted, into, find_image=never)
    assert caught.traceback
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rekmedia-listing")]


def test_the_same_key_in_another_bucket_is_another_image(wanted):
    found = [FoundImage(S3Uri(bucket, "a.jpg"), 10) for bucket in ("art", "photos")]
    with ManifestSet() as into:
        assert select_images(source(*found), wanted, into, find_image=never) == {}
        assert into.images == 2


def test_the_skip_file_omits_ledger_and_pattern_skips(wanted, stage):
    ledger = Ledger(stage.objects, S3Uri("analysis", "ledger/"))
    ledger.commit("j1", [entry("a.jpg", etag="e1")])
    wanted = replace(wanted, filter=ImageFilter(pattern="a*"), ledger=ledger)
    found = source(
        FoundImage(S3Uri("photos", "a.jpg"), 10, "e1", AT), FoundImage(S3Uri("photos", "b.jpg"), 10, "e1", AT)
    )
    with ManifestSet() as into:
        assert select_images(found, wanted, into, find_image=never) == {"already_analyzed": 1, "pattern": 1}
        index = into.write(stage.objects, S3Uri("analysis", "set"), max_images=9, **INDEX)
    assert index.skip_file is None


def test_metadata_of_retried_images_is_fetched_without_a_ledger_too(wanted, stage):
    found = source(FoundImage(S3Uri("photos", "0.jpg")), FoundImage(S3Uri("photos", "none.jpg")))
    wanted = replace(wanted, filter=ImageFilter(), is_retried=True)
    with ManifestSet() as into:
        assert select_images(found, wanted, into, find_image=stage.objects.find_image) == {"missing": 1}
        assert into.images == 1
