"""
Finds out which images of a shard still are the objects that were listed.

One page of a listing has up to 1,000 keys, but costs as much as 12 HEAD requests. So a range of keys in which
the shard is dense is listed, and images that are far apart are fetched one by one. Prices:
https://aws.amazon.com/s3/pricing/
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress
from airflow_provider_rekmedia.adapters.s3.list_page import ListPage
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import AccessDenied
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .image_metadata import iter_with_metadata

__all__ = ["find_unchanged"]

#: A page that has fewer images of the shard than this costs more than their HEAD requests.
_WORTH_A_PAGE: Final = 12
#: HEAD requests after the first page that was not worth it; their number doubles with each such page.
_HEADS_AFTER_A_PAGE: Final = 64
#: The names of directory buckets end so. Their listings are in no order.
_DIRECTORY_BUCKET: Final = "--x-s3"

_Pair = tuple[FoundImage, FoundImage | None]


def find_unchanged(images: Iterable[FoundImage], objects: S3Objects) -> set[S3Uri]:
    """
    Compare images with the objects that S3 has now.

    :param images: As they were listed, in any order, each uri once; at most one shard, kept in memory.
    :return: The uris of those with the same ETag and modification time. An image that may neither be listed
        nor read is not one of them.
    :raises ServiceError: S3 refused for another reason than missing permissions.
    """
    ordered = sorted(images, key=lambda image: image.order)
    return {
        image.uri
        for image, current in iter_with_progress(
            _iter_current(ordered, objects), "Images compared with their listing", step=1000
        )
        if image.is_unchanged(current)
    }


def _iter_current(images: Iterable[FoundImage], objects: S3Objects) -> Iterator[_Pair]:
    """Return each image with the object that S3 has now; images are sorted."""
    for _, of_bucket in groupby(images, key=lambda image: image.uri.bucket):
        rest, heads = list(of_bucket), _HEADS_AFTER_A_PAGE
        while rest:
            page = _page_or_none(rest, objects)
            if page is None:
                yield from _iter_heads(rest, objects)
                break
            current = {found.uri.key: found for found in page.found}
            listed = _count_listed(rest, page)
            yield from ((image, current.get(image.uri.key)) for image in rest[:listed])
            rest = rest[listed:]
            if listed < _WORTH_A_PAGE:
                yield from _iter_heads(rest[:heads], objects)
                rest, heads = rest[heads:], heads * 2


def _page_or_none(images: Sequence[FoundImage], objects: S3Objects) -> ListPage | None:
    """List from the first image on; ``None`` if HEAD requests are cheaper, or the bucket cannot be listed."""
    first = images[0].uri
    if len(images) < _WORTH_A_PAGE or first.bucket.endswith(_DIRECTORY_BUCKET):
        return None
    try:
        return _list_from(first, objects)
    except AccessDenied:
        return None


def _list_from(uri: S3Uri, objects: S3Objects) -> ListPage:
    # S3 lists what is after a key. The key without its last character is surely before the image.
    return objects.list_after(S3Uri(uri.bucket, uri.key[:-1]))


def _count_listed(images: Sequence[FoundImage], page: ListPage) -> int:
    """Return how many of the images are within the keys of the page."""
    if page.next_token is None:
        return len(images)
    # Text compares by code points, which is the order of UTF-8 bytes.
    return bisect_right(images, page.found[-1].uri.key, key=lambda image: image.uri.key)


def _iter_heads(images: Sequence[FoundImage], objects: S3Objects) -> Iterator[_Pair]:
    def find(uri: S3Uri) -> FoundImage | None:
        try:
            return objects.find_image(uri)
        except AccessDenied:
            # HEAD needs s3:GetObject. An image without it can be listed, and failed for that reason.
            return _find_in_listing(uri, objects)

    return iter_with_metadata(images, find, is_needed=lambda _: True)


def _find_in_listing(uri: S3Uri, objects: S3Objects) -> FoundImage | None:
    try:
        page = _list_from(uri, objects)
    except AccessDenied:
        return None
    return next((found for found in page.found if found.uri == uri), None)
