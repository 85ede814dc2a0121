"""Selects the images for a set of manifests: filter, ledger, and the count of skipped images by reason."""

import logging
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.adapters.images.image_metadata import FindImage, iter_with_metadata
from airflow_provider_rekmedia.adapters.images.manifest_set import ManifestSet
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter, SkipReason
from airflow_provider_rekmedia.core.images.ledger import LedgerEntry, attempts_or_skip_reason
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.untrusted_text import show_text

from .ledger_choices import Choice, iter_choices, iter_current_choices

__all__ = ["ImageSelection", "select_images"]

_LOG: Final = logging.getLogger(__name__)

_MAX_EXAMPLES: Final = 3

#: The user asked for these skips, or the image is already analyzed. They are counted, but not listed in the
#: skip file, which lists what went wrong.
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
    Which images of a source go into the manifests.

    :param ledger: ``None`` selects every image that passes the filter, on every run.
    :param scan: See :class:`core.images.ledger.LedgerEntry`.
    :param max_attempts: See :func:`core.images.ledger.attempts_or_skip_reason`.
    :param is_listing: Whether the source is a listing of this moment; a list or an inventory may be old.
    :param is_retried: Whether the images failed before. Then their ETags and times are fetched without a
        ledger too, because a later run may have one.
    """

    filter: ImageFilter
    ledger: Ledger | None
    scan: str
    max_attempts: int
    is_listing: bool = True
    is_retried: bool = False

    def needs_metadata(self, image: FoundImage) -> bool:
        """Whether the filter or the ledger needs a size, time or ETag that the source lacks."""
        # The time is for the results operator: it commits only images that did not change in between.
        is_for_ledger = self.ledger is not None or self.is_retried
        is_incomplete = image.etag is None or image.modified_at is None
        return (is_for_ledger and is_incomplete) or self.filter.needs_more(image)

    def decide(self, image: FoundImage, known: Sequence[LedgerEntry]) -> Choice:
        """Decide by the filter, and by the ledger entries of the image's key."""
        # A listed image has passed the filter already; its object may have changed since then.
        reason = None if self.is_listing else self.filter.reason_to_skip(image)
        return reason or attempts_or_skip_reason(image, known, scan=self.scan, max_attempts=self.max_attempts)


class _Skips:
    """Counts skipped images, and lists in the skip file those that a person should check."""

    def __init__(self, manifests: ManifestSet) -> None:
        self._manifests = manifests
        self.counts: Counter[str] = Counter()
        self.examples: list[str] = []

    def add(self, image: FoundImage, reason: SkipReason) -> None:
        self.counts[reason.value] += 1
        if len(self.examples) < _MAX_EXAMPLES:
            self.examples.append(f"{show_text(image.uri)} ({reason})")
        if reason not in _ONLY_COUNTED:
            self._manifests.add_skip(image, reason)


def select_images(
    found: Generator[FoundImage, None, None],
    selection: ImageSelection,
    manifests: ManifestSet,
    *,
    find_image: FindImage,
) -> dict[str, int]:
    """
    Add the selected images of a source to a set of manifests; memory does not grow with their number.

    :param found: In the order of bucket and key bytes. If a uri comes twice in a row, the second is a
        duplicate. The generator is closed at the end, and after an error too, which stops its listing.
    :param find_image: Fetches the metadata that the source lacks.
    :return: How many images were skipped, by reason.
    :raises RekmediaError: The source or the ledger raised it.
    """
    skips = _Skips(manifests)
    with ExitStack() as stack:
        source = iter_with_progress(stack.enter_context(closing(found)), "Objects checked", step=1000)
        images = _iter_passing(_iter_distinct(source, skips), selection.filter, skips)
        fresh: set[S3Uri] = set()
        images = stack.enter_context(closing(_iter_complete(images, selection, skips, find_image, fresh)))
        for image, choice in _iter_choices(images, selection, find_image, fresh, stack):
            if isinstance(choice, SkipReason):
                skips.add(image, choice)
            elif image.is_archived:  # checked last: an image that was analyzed may be archived
                skips.add(image, SkipReason.ARCHIVED)
            else:
                manifests.add(image, attempts=choice, scan=selection.scan)
    if not manifests.images:
        _warn_about_nothing(skips)
    return dict(skips.counts)


def _iter_choices(
    images: Iterable[FoundImage],
    selection: ImageSelection,
    find_image: FindImage,
    fresh: set[S3Uri],
    stack: ExitStack,
) -> Iterator[tuple[FoundImage, Choice]]:
    """Return each image with the number of earlier attempts, or with the reason to skip it."""
    if selection.ledger is None:
        return ((image, 0) for image in images)
    entries = stack.enter_context(selection.ledger.entries())
    if selection.is_listing:
        return iter_choices(images, entries, selection.decide)
    choices = iter_current_choices(images, entries, selection.decide, find_image=find_image, fresh=fresh)
    return stack.enter_context(closing(choices))


def _warn_about_nothing(skips: _Skips) -> None:
    _LOG.warning(
        "No image is left to analyze. Objects found: %d; skipped: %s; for example: %s",
        skips.counts.total(),
        dict(skips.counts) or "none",
        ", ".join(skips.examples) or "none",
    )


def _iter_passing(
    images: Iterable[FoundImage], image_filter: ImageFilter, skips: _Skips
) -> Iterator[FoundImage]:
    for image in images:
        reason = image_filter.reason_to_skip(image)
        if reason is None:
            yield image
        else:
            skips.add(image, reason)


def _iter_complete(
    images: Iterable[FoundImage],
    selection: ImageSelection,
    skips: _Skips,
    find_image: FindImage,
    fresh: set[S3Uri],
) -> Generator[FoundImage, None, None]:
    """Fetch what the source lacks. What is fetched is added to *fresh*, for the reader to remove."""
    for image, complete in iter_with_metadata(images, find_image, is_needed=selection.needs_metadata):
        if complete is image:
            yield image
        elif complete is None:
            skips.add(image, SkipReason.MISSING)
        else:
            for passing in _iter_passing([complete], selection.filter, skips):
                if selection.ledger is not None and not selection.is_listing:
                    fresh.add(passing.uri)
                yield passing


def _iter_distinct(images: Iterable[FoundImage], skips: _Skips) -> Iterator[FoundImage]:
    bucket = key = None
    for image in images:
        uri = image.uri
        # Keys nearly always differ; comparing them first takes half of the time of this loop away.
        if uri.key == key and uri.bucket == bucket:
            skips.add(image, SkipReason.DUPLICATE)
        else:
            yield image
        bucket, key = uri.bucket, uri.key
