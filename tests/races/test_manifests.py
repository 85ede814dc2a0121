"""Attempts of one manifest task that run at once, and list different images."""

from adapters.images.test_manifest_set import OTHERS, TARGET, image
from fuzz.memory_s3 import MemoryS3
from races.interleavings import Stepped, random_schedules, run_at_once

from airflow_provider_rekmedia.adapters.images.manifest_set import ManifestSet, read_index
from airflow_provider_rekmedia.adapters.images.newest_index import NewestIndex
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri


def create(s3, images, request="same"):
    """Create manifests as the service does."""
    objects = S3Objects(s3)
    newest = NewestIndex(objects, TARGET)
    known = newest.read()
    if known is not None and known.request == request:
        return known
    with ManifestSet() as manifests:
        for number in range(images):
            manifests.add(image(number), attempts=0, scan="")
        index = manifests.write(objects, TARGET, max_images=2, **OTHERS, request=request)
    return newest.publish(index)


def check_set(s3, index):
    """The index still names the set that the attempt passed on, and every manifest is whole."""
    objects = S3Objects(s3)
    assert read_index(objects, parse_s3_uri(index.uri)) == index
    for manifest in index.manifests:
        assert len(list(objects.iter_lines(parse_s3_uri(manifest.uri)))) == manifest.images


def test_two_attempts_pass_on_the_same_set():
    for schedule in random_schedules(100):
        s3 = MemoryS3()
        older, newer = run_at_once(
            schedule,
            lambda attempt, s3=s3: create(Stepped(s3, attempt), 2),
            lambda attempt, s3=s3: create(Stepped(s3, attempt), 3),
        )
        assert older.result == newer.result == create(s3, 4)
        check_set(s3, older.result)


def test_an_older_attempt_does_not_change_the_set_of_a_cleared_one():
    for schedule in random_schedules(100):
        s3 = MemoryS3()
        older, cleared = run_at_once(
            schedule,
            lambda attempt, s3=s3: create(Stepped(s3, attempt), 2, "before the clear"),
            lambda attempt, s3=s3: create(Stepped(s3, attempt), 3, "cleared"),
        )
        assert (older.result.images, cleared.result.images) == (2, 3)
        for attempt in (older, cleared):
            check_set(s3, attempt.result)


def test_if_an_attempt_dies_the_next_one_passes_on_a_whole_set():
    for schedule in random_schedules(100):
        s3 = MemoryS3()
        attempts = run_at_once(
            schedule,
            lambda attempt, s3=s3: create(Stepped(s3, attempt), 2),
            lambda attempt, s3=s3: create(Stepped(s3, attempt), 3),
            kills=1,
        )
        index = create(s3, 4)
        assert all(attempt.is_killed or attempt.result == index for attempt in attempts)
        check_set(s3, index)
