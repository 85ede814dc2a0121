"""Gathers the images of a night into a set of manifests: source, filter, ledger, and what is left out."""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.adapters.images.image_metadata import Look, iter_with_metadata
from airflow_provider_rekmedia.adapters.images.manifest_set import ManifestSet
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter, SkipReason
from airflow_provider_rekmedia.core.images.ledger import attempts_or_skip_reason, join_ledger

__all__ = ["ImageSelection", "select_images"]

#: What a user asked to leave out, or has already, is counted only: the skip file lists what went wrong.
_ONLY_COUNTED: Final = frozenset(
    {
        SkipReason.PATTERN,
        SkipReason.BELOW_MIN_BYTES,
        SkipReason.ABOVE_MAX_BYTES,
        SkipReason.MODIFIED_BEFORE_WINDOW,
        SkipReason.MODIFIED_AFTER_WINDOW,
        SkipReason.ALREADY_ANALYZED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSelection:
    """
    Which images of a source are taken.

    :param ledger: ``None`` takes what the filter takes, every night.
    :param scan: See :class:`core.images.ledger.LedgerEntry`.
    :param max_attempts: See :func:`core.images.ledger.attempts_or_skip_reason`.
    :param is_retried: Whether the images were tried before: their bytes are asked for without a ledger, too,
        because one may come to know what becomes of them.
    """

    filter: ImageFilter
    ledger: Ledger | None
    scan: str
    max_attempts: int
    is_retried: bool = False

    def needs_more(self, image: FoundImage) -> bool:
        """Whether filter or ledger ask for what the source does not tell."""
        knows_bytes = self.ledger is not None or self.is_retried
        return (knows_bytes and image.etag is None) or self.filter.needs_more(image)


class _Skips:
    """Counts what is left out, and lists in the skip file what the user should look at."""

    def __init__(self, into: ManifestSet) -> None:
        self._into = into
        self.counts: Counter[str] = Counter()

    def add(self, image: FoundImage, reason: SkipReason) -> None:
        self.counts[reason.value] += 1
        if reason not in _ONLY_COUNTED:
            self._into.add_skip(image, reason)


def select_images(
    found: Generator[FoundImage, None, None], wanted: ImageSelection, into: ManifestSet, *, look: Look
) -> dict[str, int]:
    """
    Put the wanted images of a source into a set; memory does not grow with their number.

    :param found: By bucket and key bytes; one uri that comes twice in a row is taken once. It is closed, and
        with it what lists ahead, also where an error's traceback would keep it open.
    :param look: Asks S3 for what the source does not tell, where filter or ledger need it.
    :return: How many were left out, by reason.
    :raises RekmediaError: What the source and the ledger raise.
    """
    skips = _Skips(into)
    with ExitStack() as stack:
        told = iter_with_progress(stack.enter_context(closing(found)), "Objects looked at", step=1000)
        images = _iter_passing(_iter_once(told, skips), wanted.filter, skips)
        images = stack.enter_context(closing(_iter_complete(images, wanted, skips, look)))
        if wanted.ledger is None:
            for image in images:
                into.add(image, attempts=0, scan=wanted.scan)
            return dict(skips.counts)
        entries = stack.enter_context(wanted.ledger.entries())
        for image, known in join_ledger(images, entries):
            choice = attempts_or_skip_reason(image, known, scan=wanted.scan, max_attempts=wanted.max_attempts)
            if isinstance(choice, SkipReason):
                skips.add(image, choice)
            else:
                into.add(image, attempts=choice, scan=wanted.scan)
    return dict(skips.counts)


def _iter_passing(images: Iterable[FoundImage], wanted: ImageFilter, skips: _Skips) -> Iterator[FoundImage]:
    for image in images:
        reason = wanted.reason_to_skip(image)
        if reason is None:
            yield image
        else:
            skips.add(image, reason)


def _iter_complete(
    images: Iterable[FoundImage], wanted: ImageSelection, skips: _Skips, look: Look
) -> Generator[FoundImage, None, None]:
    for image, complete in iter_with_metadata(images, look, is_needed=wanted.needs_more):
        if complete is image:
            yield image
        elif complete is None:
            skips.add(image, SkipReason.MISSING)
        else:
            yield from _iter_passing([complete], wanted.filter, skips)


def _iter_once(images: Iterable[FoundImage], skips: _Skips) -> Iterator[FoundImage]:
    bucket = key = None
    for image in images:
        uri = image.uri
        # Keys differ nearly always; comparing them first is half of this loop's time.
        if uri.key == key and uri.bucket == bucket:
            skips.add(image, SkipReason.DUPLICATE)
        else:
            yield image
        bucket, key = uri.bucket, uri.key
