"""The same calls on S3 in memory, with which the service is tested, and on the emulator."""

import pytest
from buckets import create_buckets
from services.actions.memory_bucket import MemoryBucket, etag_of

from airflow_provider_rekmedia.adapters.actions.object_calls import ObjectCalls, PreconditionFailed
from airflow_provider_rekmedia.core.s3_uri import S3Uri

SOURCE, TARGET = S3Uri("photos", "a b+ü.jpg"), S3Uri("ops", "quarantine/a b+ü.jpg")
JUDGED = b"judged"
ETAG = etag_of(JUDGED)


class Place:
    def __init__(self, client, *, versioned):
        self.client = client
        self.calls = ObjectCalls(client)
        self.versioned = versioned

    def put(self, uri, body=JUDGED, tags=""):
        if isinstance(self.client, MemoryBucket):
            tag_set = dict(tag.split("=") for tag in tags.split("&") if tag)
            self.client.put(uri.bucket, uri.key, body, tags=tag_set)
        else:
            self.client.put_object(Bucket=uri.bucket, Key=uri.key, Body=body, Tagging=tags)


@pytest.fixture(params=["memory", "memory_versions", "emulator", "emulator_versions"])
def place(request, rekmedia_emulator):
    versioned = request.param.endswith("versions")
    if request.param.startswith("memory"):
        return Place(MemoryBucket(versioned=["photos"] if versioned else []), versioned=versioned)
    client = rekmedia_emulator.client("s3", retries={"total_max_attempts": 1})
    create_buckets(client, "photos", "ops")
    if versioned:
        client.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    return Place(client, versioned=versioned)


def test_head_describes_the_current_version(place):
    assert place.calls.head(SOURCE) is None

    place.put(SOURCE)

    found = place.calls.head(SOURCE)
    assert (found.etag, found.size_bytes) == (ETAG, len(JUDGED))
    assert (found.version_id is not None) is place.versioned


def test_a_copy_has_the_bytes_and_tags_of_its_source(place):
    place.put(SOURCE, tags="owner=ann")

    place.calls.copy(SOURCE, ETAG, TARGET, place.calls.head(SOURCE))

    assert place.calls.head(TARGET).etag == ETAG
    assert place.calls.read_tags(TARGET, None) == {"owner": "ann"}
    assert place.calls.has_same_bytes(SOURCE, ETAG, TARGET)


def test_a_copy_of_other_bytes_or_over_an_object_is_refused(place):
    place.put(SOURCE, b"other")
    like = place.calls.head(SOURCE)

    with pytest.raises(PreconditionFailed):
        place.calls.copy(SOURCE, ETAG, TARGET, like)
    place.put(TARGET, b"occupied")
    with pytest.raises(PreconditionFailed):
        place.calls.copy(SOURCE, etag_of(b"other"), TARGET, like)
    with pytest.raises(PreconditionFailed):
        place.calls.copy(S3Uri("photos", "none"), ETAG, S3Uri("ops", "free"), like)
    with pytest.raises(PreconditionFailed):
        place.calls.has_same_bytes(SOURCE, ETAG, TARGET)
    assert not place.calls.has_same_bytes(SOURCE, etag_of(b"other"), TARGET)


def test_a_delete_needs_the_judged_bytes(place):
    place.put(SOURCE, b"other")

    with pytest.raises(PreconditionFailed):
        place.calls.delete(SOURCE, ETAG)
    removed = place.calls.delete(SOURCE, etag_of(b"other"))

    assert place.calls.head(SOURCE) is None
    assert (removed.marker is not None) is place.versioned
    with pytest.raises(PreconditionFailed):
        place.calls.delete(SOURCE, ETAG)


def test_a_marker_can_be_found_and_removed_and_versions_can_be_deleted(place):
    if not place.versioned:
        pytest.skip("the bucket has no versions")
    place.put(S3Uri("photos", SOURCE.key + ".more"), b"another key")
    place.put(SOURCE, b"older")
    place.put(SOURCE)
    marker = place.calls.delete(SOURCE, ETAG).marker

    assert place.calls.current_marker(SOURCE) == marker
    assert [etag for _, etag in place.calls.iter_versions(SOURCE)] == [ETAG, etag_of(b"older")]
    place.calls.delete_version(SOURCE, marker)
    assert place.calls.head(SOURCE).etag == ETAG
    assert place.calls.current_marker(SOURCE) is None
    place.calls.delete_version(SOURCE, place.calls.head(SOURCE).version_id)
    assert place.calls.head(SOURCE).etag == etag_of(b"older")


def test_all_tags_can_be_removed(place):
    place.put(SOURCE, tags="owner=ann")
    version_id = place.calls.head(SOURCE).version_id

    place.calls.write_tags(SOURCE, version_id, {})

    assert place.calls.read_tags(SOURCE, version_id) == {}


def test_tags_are_replaced(place):
    place.put(SOURCE, tags="owner=ann")
    version_id = place.calls.head(SOURCE).version_id

    place.calls.write_tags(SOURCE, version_id, {"a b": "c:/@"})

    assert place.calls.read_tags(SOURCE, version_id) == {"a b": "c:/@"}
    assert place.calls.head(SOURCE).etag == ETAG
