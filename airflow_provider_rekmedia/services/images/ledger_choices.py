"""Decides with the ledger which images are analyzed, and fetches what a list may have wrong."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from airflow_provider_rekmedia.adapters.images.image_metadata import FindImage, iter_with_metadata
from airflow_provider_rekmedia.core.errors import AccessDenied
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import SkipReason
from airflow_provider_rekmedia.core.images.ledger import LedgerEntry, join_ledger
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["Choice", "iter_choices", "iter_current_choices"]

#: How often the image was tried before, or why it is skipped.
Choice = int | SkipReason
Decide = Callable[[FoundImage, Sequence[LedgerEntry]], Choice]


def iter_choices(
    images: Iterable[FoundImage], entries: Iterable[LedgerEntry], decide: Decide
) -> Iterator[tuple[FoundImage, Choice]]:
    """
    Decide for each image of a listing, lazily and in their order.

    :param images: Sorted, as *entries*.
    :param decide: Decides by the image and the ledger entries of its key.
    """
    for image, known in join_ledger(images, entries):
        yield image, decide(image, known)


def iter_current_choices(
    images: Iterable[FoundImage],
    entries: Iterable[LedgerEntry],
    decide: Decide,
    *,
    find_image: FindImage,
    fresh: set[S3Uri],
) -> Generator[tuple[FoundImage, Choice], None, None]:
    """
    Decide for each image of a list or an inventory, which may be older than the objects.

    An image that would be analyzed is fetched, and decided again by what it is now. Otherwise a wrong or old
    ETag would let an image be analyzed, and paid, in every run: the ledger records only what is unchanged.

    :param images: As for :func:`iter_choices`.
    :param find_image: Fetches one object; called in threads. If S3 denies it, the image stays as listed.
    :param fresh: Images that were fetched already; they are removed from the set.
    :return: The images as they are now.
    """
    pending: dict[S3Uri, tuple[FoundImage, list[LedgerEntry]]] = {}

    def remember() -> Iterator[FoundImage]:
        for image, known in join_ledger(images, entries):
            pending[image.uri] = image, known
            yield image

    def is_needed(image: FoundImage) -> bool:
        return image.uri not in fresh and not isinstance(decide(*pending[image.uri]), SkipReason)

    def find(uri: S3Uri) -> FoundImage | None:
        try:
            return find_image(uri)
        except AccessDenied:
            return pending[uri][0]

    for image, current in iter_with_metadata(remember(), find, is_needed=is_needed):
        _, known = pending.pop(image.uri)
        fresh.discard(image.uri)
        yield (image, SkipReason.MISSING) if current is None else (current, decide(current, known))
