"""Readers, writers and merges of one ledger, in every order of their S3 calls, with a crash after each."""

import gzip
import hashlib
from concurrent.futures import Executor, Future
from functools import lru_cache

import pytest
from adapters.ledger_search import search
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


def merge(objects):
    Ledger(objects, PREFIX).compact()


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
        except BaseException as error:
            done.set_exception(error)
        return done


@pytest.fixture(autouse=True)
def no_threads(monkeypatch):
    monkeypatch.setattr(download, "ThreadPoolExecutor", AtOnce)
    monkeypatch.setattr(listing, "ThreadPoolExecutor", AtOnce)
    monkeypatch.setattr(listing, "_PAGES_AHEAD", 100)


LARGE = 150


@pytest.fixture(
    params=[
        pytest.param(({"a": LARGE, "n": LARGE, "x": 1, "y": 1}, 2), id="merged-into-an-earlier-page"),
        pytest.param(({"a": 1, "x": 1, "y": 1}, 2), id="merge-of-everything"),
        pytest.param(({"a": 1, "x": 1, "y": 1}, 1), id="a-page-for-each-key"),
        pytest.param(({"a": LARGE, "x": 1, "y": 1}, None), id="listing-is-no-snapshot"),
    ]
)
def world(request, monkeypatch):
    """Return a ledger that merges once, and the keys of a page."""
    images, page_size = request.param
    monkeypatch.setattr(module, "_MAX_SEGMENTS", len(images) - 1)
    return bucket_of(**images), page_size


def search_world(world, *workers):
    bucket, page_size = world
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

    states = search(
        bucket, workers, page_size=page_size, content=content, check_bucket=check_bucket, check_end=check_end
    )
    assert ends == set(range(len(workers)))
    return states


def test_a_reader_finds_every_entry_beside_a_merge(world):
    assert search_world(world, read, merge) > 50


def test_merges_and_commits_at_the_same_time_lose_no_entry(world):
    assert search_world(world, merge, merge, commit) > 50


def test_a_reader_finds_every_entry_after_a_merge_that_died(world):
    """The second merge may begin when the first one has died at any step."""
    bucket, page_size = world
    if page_size is None:
        assert search_world((bucket, page_size), read, merge, merge) > 50
