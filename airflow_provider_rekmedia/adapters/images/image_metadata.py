"""Looks up what a source does not tell of its images, where the run needs it: several at once."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["Look", "iter_with_metadata"]

#: At once; botocore's pool has ten connections.
_WORKERS: Final = 8
#: Images that wait for their turn or for the reader.
_AHEAD: Final = 64

Look = Callable[[S3Uri], FoundImage | None]
_Pair = tuple[FoundImage, FoundImage | None]
_Waiting = deque[tuple[FoundImage, Future[FoundImage | None] | None]]


def iter_with_metadata(
    images: Iterable[FoundImage], look: Look, *, is_needed: Callable[[FoundImage], bool]
) -> Iterator[_Pair]:
    """
    Complete images, lazily and in their order; at most 64 are in memory.

    :param look: Asks S3 of one object; ``None`` when there is none. Called in threads.
    :param is_needed: Whether an image is to be looked up; the others come as they are.
    :return: Each image as its source told it, and as it is: the same one when it was not looked up, ``None``
        when there is none.
    :raises ServiceError: What *look* raises.
    """
    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="rekmedia-look")
    waiting: _Waiting = deque()
    try:
        for image in images:
            needed = is_needed(image)
            if not needed and not waiting:  # all of a listing, and it should cost next to nothing
                yield image, image
                continue
            waiting.append((image, pool.submit(look, image.uri) if needed else None))
            if len(waiting) == _AHEAD:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _first(waiting: _Waiting) -> _Pair:
    image, looked = waiting.popleft()
    return image, image if looked is None else looked.result()
