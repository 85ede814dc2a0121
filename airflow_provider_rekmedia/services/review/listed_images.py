"""The images of verdict files that people may review, on local disk, so that each file is downloaded once."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from typing import IO, Final, NamedTuple, Self

import msgspec

from airflow_provider_rekmedia.core.review.queue import ReviewItem, Sample
from airflow_provider_rekmedia.core.review.same_bytes import bytes_key
from airflow_provider_rekmedia.core.review.selection import HeldImages
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

from .earlier_images import EarlierImages

__all__ = ["ListedImage", "ListedImages", "SameBytes", "find_copies"]


class ListedImage(NamedTuple):
    """
    What the plan needs of an image that it did not choose.

    :param bytes_key: See :func:`same_bytes.bytes_key`.
    """

    bytes_key: str
    uri: str
    etag: str | None


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(ListedImage)


class ListedImages:
    """A list of images, about 150 bytes each on local disk. Use it as a context manager."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._file: IO[bytes] = self._stack.enter_context(tempfile.TemporaryFile(prefix="rekmedia-"))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, row: VerdictRow) -> None:
        """Add an image. Call it only before the first :meth:`iter_without`."""
        self._file.write(_ENCODER.encode(ListedImage(bytes_key(row), row.uri, row.etag)) + b"\n")

    def iter_without(self, held: HeldImages) -> Iterator[ListedImage]:
        """Return the images that are not held, lazily, in the order in which they were added."""
        self._file.seek(0)
        for line in self._file:
            image = _DECODER.decode(line)
            if held:
                place = parse_s3_uri(image.uri)
                if held.has(place.bucket, place.key, image.etag):
                    continue
            yield image


@dataclass(frozen=True, slots=True)
class SameBytes:
    """
    Images with the same bytes as an image of a queue.

    :param images: All images that people may review, copies too.
    :param uris: The uris of the copies, by the uri of the image in the queue.
    """

    images: int
    uris: Mapping[str, Sequence[str]]


def find_copies(
    items: Sequence[ReviewItem], earlier: EarlierImages, tonight: ListedImages, held: HeldImages
) -> SameBytes:
    """Find the images with the same bytes as an image of a queue; held images are left out."""
    uri_of = {bytes_key(item): item.uri for item in items if item.sample is Sample.QUEUE}
    copies: dict[str, list[str]] = {}
    images = 0
    of_earlier = (ListedImage(bytes_key(row), row.uri, row.etag) for row in earlier.rows.values())
    for image in chain(of_earlier, tonight.iter_without(held)):
        images += 1
        uri = uri_of.get(image.bytes_key)
        if uri is not None and image.uri != uri:
            copies.setdefault(uri, []).append(image.uri)
    return SameBytes(images, copies)
