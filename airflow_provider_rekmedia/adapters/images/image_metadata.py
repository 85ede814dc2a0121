"""Fetches the size, ETag and time of images whose source lacks them, several at once."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["FindImage", "iter_with_metadata"]

#: Requests at once; botocore's pool has ten connections.
_WORKERS: Final = 8
#: Images that wait for a request or for the reader.
_AHEAD: Final = 64

FindImage = Callable[[S3Uri], FoundImage | None]
_Pair = tuple[FoundImage, FoundImage | None]
_Pending = deque[tuple[FoundImage, Future[FoundImage | None] | None]]


def iter_with_metadata(
    images: Iterable[FoundImage], find_image: FindImage, *, is_needed: Callable[[FoundImage], bool]
) -> Iterator[_Pair]:
    """
    Complete images, lazily and in their order; at most 64 are in memory.

    :param find_image: Fetches one object's metadata; returns ``None`` if there is no object. It is called in
        threads.
    :param is_needed: Whether an image needs a request; the others are returned as they are.
    :return: Pairs of the image as its source has it, and the complete image. Both are the same object if no
        request was needed; the second is ``None`` if there is no object.
    :raises ServiceError: *find_image* raised it.
    """
    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="rekmedia-metadata")
    pending: _Pending = deque()
    try:
        for image in images:
            needed = is_needed(image)
            if not needed and not pending:  # the images of a listing, where a request is never needed
                yield image, image
                continue
            pending.append((image, pool.submit(find_image, image.uri) if needed else None))
            if len(pending) == _AHEAD:
                yield _first(pending)
        while pending:
            yield _first(pending)
    finally:
        pool.shutdown(cancel_futures=True)


def _first(pending: _Pending) -> _Pair:
    image, response = pending.popleft()
    return image, image if response is None else response.result()
