"""Lists prefixes ahead of the reader, several at once, and yields objects in the order of their keys."""

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from queue import Full, Queue
from threading import Event
from typing import TYPE_CHECKING, Final

from airflow_provider_rekmedia.core.errors import MalformedAnswer
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .list_page import ListPage, fetch_list_page

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["iter_listing"]

#: Prefixes listed at once; botocore's pool has ten connections.
_WORKERS: Final = 8
#: Pages of 1,000 objects that a worker may be ahead of the reader.
_PAGES_AHEAD: Final = 4
#: A prefix with more prefixes below it than this is listed in one go: small prefixes cost more calls
#: than they save.
_MAX_PARTS: Final = 64

#: Levels of a tree that may have nothing but one prefix, as uploads/2026/ has in January.
_MAX_LEVELS: Final = 4

_Message = ListPage | BaseException | None


def iter_listing(client: "S3Client", prefixes: Sequence[S3Uri]) -> Generator[FoundImage, None, None]:
    """
    List prefixes, lazily; at most 32 pages are in memory.

    A prefix of more than 1,000 objects is split at the next slash behind which the tree has 2 to 64 branches.

    :param client: One that :func:`list_page.take_over_listing` was called with.
    :param prefixes: No prefix is below another one.
    :return: Every object, by bucket and by the UTF-8 bytes of its key.
    :raises MalformedAnswer: A page is not a listing, or is out of order.
    :raises ServiceError: S3 refused.
    """
    ordered = sorted(prefixes, key=lambda prefix: (prefix.bucket.encode(), prefix.key.encode()))
    for prefix in ordered if len(ordered) == 1 else ():
        first = fetch_list_page(client, prefix)
        if first.next_token is None:
            _check_order(first, "")
            yield from first.found
            return
        yield from _iter_split(client, prefix)
        return
    yield from _iter_ahead(client, ordered)


def _iter_split(client: "S3Client", prefix: S3Uri) -> Iterator[FoundImage]:
    """List the objects directly below the prefix, and the folders below it, in one order."""
    top = fetch_list_page(client, prefix, delimiter="/")
    for _ in range(_MAX_LEVELS):
        if top.found or len(top.prefixes) != 1 or top.next_token is not None:
            break
        prefix = S3Uri(prefix.bucket, top.prefixes[0])
        top = fetch_list_page(client, prefix, delimiter="/")
    if top.next_token is not None or not 1 < len(top.prefixes) <= _MAX_PARTS:
        yield from _iter_ahead(client, [prefix])
        return
    direct = iter(sorted(top.found, key=lambda found: found.uri.key))
    waiting = next(direct, None)
    for found in _iter_ahead(client, [S3Uri(prefix.bucket, key) for key in sorted(top.prefixes)]):
        # Text compares by code points, which is the order of UTF-8 bytes.
        while waiting is not None and waiting.uri.key < found.uri.key:
            yield waiting
            waiting = next(direct, None)
        yield found
    while waiting is not None:
        yield waiting
        waiting = next(direct, None)


def _iter_ahead(client: "S3Client", prefixes: Sequence[S3Uri]) -> Iterator[FoundImage]:
    with _listed_ahead(client, prefixes) as queues:
        for queue in queues:
            while (message := queue.get()) is not None:
                if isinstance(message, BaseException):
                    raise message
                yield from message.found


@contextmanager
def _listed_ahead(client: "S3Client", prefixes: Sequence[S3Uri]) -> Iterator[Iterator["Queue[_Message]"]]:
    """Start listing a prefix when the reader is at most seven prefixes before it, to bound the memory."""
    stopped = Event()
    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="rekmedia-listing")

    def start(prefix: S3Uri) -> "Queue[_Message]":
        queue: Queue[_Message] = Queue(_PAGES_AHEAD)
        pool.submit(_list_into, queue, client, prefix, stopped)
        return queue

    def iter_queues() -> Iterator["Queue[_Message]"]:
        remaining = iter(prefixes)
        started = deque(map(start, islice(remaining, _WORKERS)))
        while started:
            yield started.popleft()
            started.extend(map(start, islice(remaining, 1)))

    try:
        yield iter_queues()
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)


def _list_into(queue: "Queue[_Message]", client: "S3Client", prefix: S3Uri, stopped: Event) -> None:
    try:
        token, last = None, ""
        while True:
            page = fetch_list_page(client, prefix, token=token)
            last = _check_order(page, last)
            _put(queue, page, stopped)
            token = page.next_token
            if token is None or stopped.is_set():
                break
        _put(queue, None, stopped)
    except BaseException as error:  # noqa: BLE001 it is raised again where the listing is read
        _put(queue, error, stopped)


def _check_order(page: ListPage, last: str) -> str:
    """
    Check the order of the keys. The join with the ledger needs it; without it, images would be lost.

    :param last: Key of the page before.
    :return: The last key.
    """
    keys = [last, *(found.uri.key for found in page.found)]
    if keys != sorted(keys):
        order = "its keys in order (a directory bucket has none: give an inventory or a list of its images)"
        raise MalformedAnswer(operation="ListObjectsV2", missing=order)
    return keys[-1]


def _put(queue: "Queue[_Message]", message: _Message, stopped: Event) -> None:
    while not stopped.is_set():
        try:
            queue.put(message, timeout=0.2)
        except Full:
            continue
        return
