"""Makes the small blurred pictures of the images of a review, and writes them to S3."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import AccessDenied, ObjectUnreadable
from airflow_provider_rekmedia.core.review.queue import ReviewItem
from airflow_provider_rekmedia.core.review.review_plan import preview_uri
from airflow_provider_rekmedia.core.review.same_bytes import bytes_key
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["make_previews"]

_LOG = logging.getLogger(__name__)
_AT_ONCE: Final = 8
#: The largest image that Rekognition reads from S3.
_MAX_BYTES: Final = 15 * 1024 * 1024


def make_previews(
    items: Iterable[ReviewItem], objects: S3Objects, folder: S3Uri, make: Callable[[bytes], bytes | None]
) -> list[ReviewItem]:
    """
    Write a picture for each image, and return the images with the uris of their pictures, in their order.

    An image that is missing, overwritten, denied or broken has no picture. It is reviewed all the same.

    :param folder: Under it, the pictures are in ``previews/``.
    :param make: See :func:`previews.preview_maker`.
    :raises ServiceError: S3 refused a write.
    """

    def with_preview(item: ReviewItem) -> ReviewItem:
        body = _read(item, objects)
        picture = None if body is None else make(body)
        if picture is None:
            return item
        uri = preview_uri(folder, bytes_key(item))
        objects.put(uri, picture, "image/jpeg")
        return msgspec.structs.replace(item, preview=str(uri))

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="rekmedia-previews") as pool:
        pictured = list(iter_with_progress(pool.map(with_preview, items), "Previews made"))
    if missing := sum(item.preview is None for item in pictured):
        _LOG.warning(
            "%d of %d images have no preview: they cannot be read, were overwritten, or are larger than "
            "15 MiB. People can still decide about them",
            missing,
            len(pictured),
        )
    return pictured


def _read(item: ReviewItem, objects: S3Objects) -> bytes | None:
    """Read the bytes that were judged; ``None`` if they cannot be read."""
    if item.size_bytes is not None and item.size_bytes > _MAX_BYTES:
        return None
    try:
        found = objects.read_version(S3Uri(item.bucket, item.key))
    except (ObjectUnreadable, AccessDenied):
        return None
    is_judged = found is not None and item.etag in (None, found.etag.strip('"'))
    return found.body if found and is_judged else None
