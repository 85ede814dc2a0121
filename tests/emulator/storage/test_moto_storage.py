"""moto's S3 as the emulator uses it: archived objects, the clock, concurrent requests."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from emulator.scene import IN
from image_files import image_bytes
from moto.s3.models import FakeKey


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_an_archived_image_is_listed_but_not_analyzed(scene, storage_class):
    source = scene.put_image("old.jpg", StorageClass=storage_class)
    (listed,) = scene.s3.list_objects_v2(Bucket=IN, Prefix="old.jpg")["Contents"]
    assert listed["StorageClass"] == storage_class
    _, summary = scene.moderate(source)
    assert [error["code"] for error in summary["errors"]] == ["InvalidS3ObjectException"]
    with pytest.raises(scene.rekognition.exceptions.InvalidS3ObjectException):
        scene.rekognition.detect_moderation_labels(Image={"S3Object": {"Bucket": IN, "Name": "old.jpg"}})


@pytest.mark.parametrize("storage_class", ["STANDARD_IA", "GLACIER_IR"])
def test_an_image_in_another_storage_class_is_analyzed(scene, storage_class):
    results, _ = scene.moderate(scene.put_image("old.jpg", StorageClass=storage_class))
    assert len(results) == 1


def test_a_restored_image_is_analyzed(scene):
    source = scene.put_image("old.jpg", StorageClass="GLACIER")
    scene.s3.restore_object(Bucket=IN, Key="old.jpg", RestoreRequest={"Days": 1})
    while 'ongoing-request="true"' in scene.s3.head_object(Bucket=IN, Key="old.jpg").get("Restore", ""):
        pass
    results, _ = scene.moderate(source)
    assert len(results) == 1


def test_the_clock_applies_to_last_modified(scene, clock):
    clock.forward(3 * 24 * 3600)
    scene.put_image("later.jpg")
    modified = scene.s3.head_object(Bucket=IN, Key="later.jpg")["LastModified"]
    assert abs(modified - datetime.now(UTC) - timedelta(days=3)) < timedelta(minutes=1)


def test_the_clock_is_reset(scene, clock):
    clock.forward(3 * 24 * 3600)
    scene.emulator.reset()
    scene.s3.create_bucket(Bucket=IN)
    scene.put_image()
    modified = scene.s3.head_object(Bucket=IN, Key="cat.jpg")["LastModified"]
    assert abs(modified - datetime.now(UTC)) < timedelta(minutes=1)


def test_concurrent_puts_of_one_key_succeed(served_scene, monkeypatch):
    # moto computes the etag of a new object after it has stored it. If another put replaces the object in
    # between, moto closes its buffer. The pause makes that certain.
    etag = FakeKey.etag.fget
    first_stored, second_done = threading.Event(), threading.Event()

    def slow_etag(key):
        if key.name == "race" and not first_stored.is_set():
            first_stored.set()
            second_done.wait(0.5)
        return etag(key)

    monkeypatch.setattr(FakeKey, "etag", property(slow_etag))
    s3 = served_scene.emulator.client("s3", retries={"total_max_attempts": 1})

    def put(number):
        if number:
            first_stored.wait(5)
        s3.put_object(Bucket=IN, Key="race", Body=str(number).encode())
        if number:
            second_done.set()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(put, range(2)))
    assert s3.get_object(Bucket=IN, Key="race")["Body"].read() == b"1"


def test_a_job_reads_an_image_while_it_is_overwritten(served_scene):
    body, stop = image_bytes(), threading.Event()

    def overwrite():
        while not stop.is_set():
            served_scene.s3.put_object(Bucket=IN, Key="cat.jpg", Body=body)

    writer = threading.Thread(target=overwrite)
    writer.start()
    try:
        results, summary = served_scene.moderate(*[f"s3://{IN}/cat.jpg"] * 300)
    finally:
        stop.set()
        writer.join()
    assert (len(results), summary["errors"]) == (300, [])
