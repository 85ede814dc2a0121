import logging

import pytest

from airflow_provider_rekmedia.adapters import gathering
from airflow_provider_rekmedia.adapters.gathering import Wanted, gather
from airflow_provider_rekmedia.adapters.manifest_set import ManifestSet
from airflow_provider_rekmedia.core.found_image import FoundImage
from airflow_provider_rekmedia.core.image_filter import ImageFilter
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def image(name, size_bytes=10):
    return FoundImage(S3Uri("photos", name), size_bytes)


@pytest.fixture
def wanted():
    return Wanted(filter=ImageFilter(max_bytes=50), ledger=None, scan="", max_attempts=3)


def test_what_is_wanted_is_taken_and_the_rest_is_counted(wanted):
    found = [image("a.jpg"), image("a.jpg"), image("b.txt"), image("c.jpg", 0), image("d.jpg", 99)]
    with ManifestSet() as into:
        skipped = gather(found, wanted, into)
        assert into.images == 1
    assert skipped == {"duplicate": 1, "not_jpeg_or_png": 1, "empty": 1, "above_max_bytes": 1}


def test_the_skip_file_lists_what_went_wrong_and_not_what_the_user_asked_to_leave_out(wanted, stage):
    with ManifestSet() as into:
        gather([image("b.txt"), image("d.jpg", 99)], wanted, into)
        index = into.write(stage.objects, S3Uri("analysis", "set"), max_images=9, about={})
    assert index["skip_file"] == "s3://analysis/set/skipped.jsonl.gz"


def test_progress_is_told_while_a_long_listing_is_read(wanted, monkeypatch, caplog):
    monkeypatch.setattr(gathering, "_TOLD_EVERY_S", 0.0)
    with ManifestSet() as into, caplog.at_level(logging.INFO):
        gather((image(f"{n:05}.jpg") for n in range(2_500)), wanted, into)
    assert [record.args[0] for record in caplog.records] == [1_000, 2_000]
