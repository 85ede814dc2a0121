"""Readers, writers and merges of one ledger, in every order of their S3 calls, with a crash after each."""

import gzip
import hashlib
import itertools
from concurrent.futures import Executor, Future
from functools import lru_cache
from types import SimpleNamespace
from unittest import mock

import pytest
from adapters.ledger_search import crashes, search
from adapters.test_ledger import PREFIX, entry
from fuzz.memory_s3 import MemoryS3

from airflow_provider_rekmedia.adapters import ledger as module
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.s3 import download, listing
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.images.ledger import decode_entry


def read(objects):
    with Ledger(objects, PREFIX).entries() as entries:
        return [stored.key for stored in entries]


def merger(name):
    """Create a worker that merges. Its markers are the same in each run, so that equal states are equal."""

    def merge(objects):
        ids = (SimpleNamespace(hex=f"{name}{number}") for number in itertools.count())
        with mock.patch.object(module.uuid, "uuid4", side_effect=ids):
            Ledger(objects, PREFIX).compact()

    return merge


def commit(objects):
    Ledger(objects, PREFIX).commit("w", [entry("w")])


def bucket_of(**images):
    """Commit jobs of one image each, or of so many that a merge leaves them alone."""
    memory = MemoryS3()
    for job_id, count in images.items():
        keys = [f"{job_id}-{hashlib.sha256(bytes([n])).hexdigest() if n else ''}" for n in range(count)]
        Ledger(S3Objects(memory), PREFIX).commit(job_id, [entry(key) for key in keys])
    return {uri.removeprefix("s3://analysis/"): body for uri, body in memory.objects.items()}


@lru_cache(maxsize=1000)
def images_of(segment):
    return frozenset(decode_entry(line, "").key for line in gzip.decompress(segment).splitlines())


def content(bucket):
    """Return the images of a bucket."""
    return frozenset().union(*(images_of(body) for key, body in bucket.items() if "/entries/" in key))


class AtOnce(Executor):
    """Run what is submitted at once: starting threads would be most of the search."""

    def __init__(self, *_, **__):
        pass

    def submit(self, run, *args):
        done = Future()
        try:
            done.set_result(run(*args))
        except BaseException as error:  # noqa: BLE001 a future has it
            done.set_exception(error)
        return done


@pytest.fixture(autouse=True)
def no_threads(monkeypatch):
    monkeypatch.setattr(download, "ThreadPoolExecutor", AtOnce)
    monkeypatch.setattr(listing, "ThreadPoolExecutor", AtOnce)
    monkeypatch.setattr(listing, "_PAGES_AHEAD", 100)


LARGE = 150
#: The images of each job at first, and the keys of a page; without them, a listing is no snapshot.
EARLIER_PAGE = {"a": LARGE, "n": LARGE, "x": 1, "y": 1}, 2
EVERYTHING = {"a": 1, "x": 1}, 1
NO_SNAPSHOT = {"a": LARGE, "x": 1, "y": 1}, None
TWO_AND_NO_SNAPSHOT = {"a": 1, "x": 1}, None


def search_world(monkeypatch, world, *workers, after_crash=None):
    """
    Search with a ledger that has one segment too many.

    :param after_crash: A worker that was alone before, and died. The search is repeated for each call.
    :return: The number of states.
    """
    images, page_size = world
    monkeypatch.setattr(module, "_MAX_SEGMENTS", len(images) - 1)
    bucket = bucket_of(**images)
    at_first = content(bucket)
    ends = set()

    def check_bucket(now):
        assert content(now) >= at_first

    def check_end(number, ended, required):
        ends.add(number)
        if ended.error:
            raise ended.error
        if workers[number] is read:
            assert required <= set(ended.value), sorted(required - set(ended.value))
            assert len(set(ended.value)) == len(ended.value)

    states = sum(
        search(
            left,
            workers,
            readers={number for number, worker in enumerate(workers) if worker is read},
            page_size=page_size,
            content=content,
            check_bucket=check_bucket,
            check_end=check_end,
        )
        for left in (crashes(bucket, after_crash) if after_crash else [bucket])
    )
    assert ends == set(range(len(workers)))
    return states


@pytest.mark.parametrize("world", [EARLIER_PAGE, EVERYTHING, NO_SNAPSHOT])
def test_a_reader_finds_every_entry_beside_a_merge(monkeypatch, world):
    assert search_world(monkeypatch, world, read, merger("a")) > 400


def test_a_reader_finds_every_entry_beside_a_merge_that_follows_a_dead_one(monkeypatch):
    assert search_world(monkeypatch, TWO_AND_NO_SNAPSHOT, read, merger("a"), after_crash=merger("b")) > 3000


@pytest.mark.parametrize("world", [EVERYTHING, TWO_AND_NO_SNAPSHOT])
def test_merges_and_commits_at_the_same_time_lose_no_entry(monkeypatch, world):
    assert search_world(monkeypatch, world, merger("a"), merger("b"), commit) > 1000
