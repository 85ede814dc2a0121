"""
A search of every interleaving of workers that share a ledger, one S3 call at a time.

A worker is a function that uses the real adapter. It is deterministic: the responses that it got so far
decide its next call. So a worker's state is the list of those responses, and its next call is found by
running it from the start with these responses. The search visits every state of bucket and workers once. A
worker that is never scheduled again has crashed, so every crash is a part of the search.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, combinations
from types import SimpleNamespace
from typing import NamedTuple

from botocore.exceptions import ClientError

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects

BUCKET = "analysis"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Call(NamedTuple):
    """One S3 request."""

    operation: str
    key: str
    body: bytes = b""


class Ended(NamedTuple):
    """What a worker returned or raised."""

    value: object
    error: Exception | None


class Suspended(BaseException):
    """The worker made a call to which the script has no response."""


class ScriptedS3:
    """A boto3 client that returns the responses of a script, and then stops its caller."""

    meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_, **__: None))

    def __init__(self, responses):
        self._responses = iter(responses)
        self.next_call = None

    def list_objects_v2(self, *, Prefix, ContinuationToken="", **_):
        rows, is_truncated = self._respond(Call("list", Prefix, ContinuationToken))
        contents = [{"Key": key, "Size": size, "LastModified": NOON, "ETag": key} for key, size in rows]
        token = {"NextContinuationToken": rows[-1][0]} if is_truncated else {}
        return {"Contents": contents, "IsTruncated": is_truncated, **token}

    def get_object(self, *, Key, **_):
        body = self._respond(Call("get", Key))
        if body is None:
            error = {"Error": {"Code": "NoSuchKey"}, "ResponseMetadata": {"HTTPStatusCode": 404}}
            raise ClientError(error, "GetObject")
        return {"ContentLength": len(body), "ETag": "e", "Body": _Body(body)}

    def put_object(self, *, Key, Body, **_):
        self._respond(Call("put", Key, Body if isinstance(Body, bytes) else Body.read()))

    def delete_object(self, *, Key, **_):
        self._respond(Call("delete", Key))

    def _respond(self, call):
        try:
            return next(self._responses)
        except StopIteration:
            self.next_call = call
            raise Suspended from None


class _Body:
    def __init__(self, body):
        self._body = body

    def read(self):
        return self._body

    def iter_chunks(self, _):
        yield self._body


@dataclass
class Worker:
    """
    A worker and every state that it can be in; a state is a number.

    :param run: Called with an :class:`S3Objects`.
    """

    run: object
    _states: list = field(default_factory=lambda: [()])
    _numbers: dict = field(default_factory=dict)
    _next: dict = field(default_factory=dict)

    def next_step(self, state):
        """Return the next call in a state, or how the worker ended."""
        if state not in self._next:
            client = ScriptedS3(self._states[state])
            try:
                self._next[state] = Ended(self.run(S3Objects(client)), None)
            except Suspended:
                self._next[state] = client.next_call
            except Exception as error:  # noqa: BLE001 the caller checks how a worker ended
                self._next[state] = Ended(None, error)
        return self._next[state]

    def after(self, state, response):
        """Return the state that a response leads to."""
        if (state, response) not in self._numbers:
            self._numbers[state, response] = len(self._states)
            self._states.append((*self._states[state], response))
        return self._numbers[state, response]


class Progress(NamedTuple):
    """
    Where a worker is.

    :param required: What was in the bucket at the worker's first call.
    :param listing: Of a listing that has begun: the keys that were there all the time, and those that were
        there at some time; ``None`` if no listing has begun.
    """

    state: int = 0
    required: frozenset | None = None
    listing: tuple | None = None


def search(bucket, workers, *, readers, page_size, content, check_bucket, check_end):
    """
    Visit every state that the workers can reach together.

    :param bucket: Bodies by key, at the start.
    :param workers: Functions that get an :class:`S3Objects`.
    :param readers: Positions of the workers of whom something is required.
    :param page_size: Keys of a page, which is a snapshot. With ``None``, a listing has one page and is no
        snapshot: an object that comes or goes while it is made may be in it or not.
    :param content: Returns what a bucket contains, a frozenset.
    :param check_bucket: Called with every bucket.
    :param check_end: Called with the worker's number, how it ended, and what was required of it.
    :return: The number of states.
    """
    actors = [Worker(run) for run in workers]
    # What is required of a reader is not known before its first call.
    none = frozenset()
    progress = tuple(Progress(required=None if number in readers else none) for number in range(len(actors)))
    start = tuple(sorted(bucket.items())), progress
    waiting, seen, buckets = [start], {start}, set()
    while waiting:
        items, progress = waiting.pop()
        if items not in buckets:
            buckets.add(items)
            check_bucket(dict(items))
        for number, actor in enumerate(actors):
            step = actor.next_step(progress[number].state)
            if isinstance(step, Ended):
                check_end(number, step, progress[number].required)
                continue
            for following in _steps(items, progress, number, actor, step, page_size, content):
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
    return len(seen)


def crashes(bucket, run):
    """Return each bucket that a worker leaves if it is alone and dies after one of its calls."""
    worker, state, items = Worker(run), 0, tuple(sorted(bucket.items()))
    left = []
    while not isinstance(step := worker.next_step(state), Ended):
        items, (response,) = _apply(items, step, 1000, None)
        state = worker.after(state, response)
        if dict(items) not in left:
            left.append(dict(items))
    return left


def _steps(items, progress, number, actor, call, page_size, content):
    """Return the states that one call of one worker leads to."""
    mine = progress[number]
    if mine.required is None:
        mine = mine._replace(required=content(dict(items)))
    if call.operation == "list" and page_size is None and mine.listing is None:
        keys = _rows(items, call)
        yield items, _replaced(progress, number, mine._replace(listing=(keys, keys)))
        return
    after, responses = _apply(items, call, page_size, mine.listing)
    moved = progress if after == items else tuple(_watch(each, after, call) for each in progress)
    for response in responses:
        state = actor.after(mine.state, response)
        yield after, _replaced(moved, number, Progress(state, mine.required))


def _apply(items, call, page_size, listing):
    """Return the bucket after a call, and every response that the call may get."""
    if call.operation == "get":
        return items, [dict(items).get(call.key)]
    if call.operation == "put":
        return _with(items, call.key, call.body), [None]
    if call.operation == "delete":
        return tuple(item for item in items if item[0] != call.key), [None]
    if listing is not None:
        always, sometimes = listing
        maybe = sometimes - always
        chosen = chain.from_iterable(combinations(sorted(maybe), count) for count in range(len(maybe) + 1))
        return items, [(tuple(sorted(always.union(extra))), False) for extra in chosen]
    rows = sorted(row for row in _rows(items, call) if row[0] > call.body)
    return items, [(tuple(rows[:page_size]), len(rows) > page_size)]


def _watch(progress, items, call):
    """Note in a listing that has begun what another worker changed."""
    if progress.listing is None or call.operation not in ("put", "delete"):
        return progress
    always, sometimes = progress.listing
    now = _rows(items, Call("list", "ledger/entries/"))
    return progress._replace(listing=(always & now, sometimes | now))


@lru_cache(maxsize=10_000)
def _rows(items, call):
    return frozenset((key, len(body)) for key, body in items if key.startswith(call.key))


def _with(items, key, body):
    return tuple(sorted({**dict(items), key: body}.items()))


def _replaced(progress, number, mine):
    return (*progress[:number], mine, *progress[number + 1 :])
