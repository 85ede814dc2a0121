"""
The ledger: which bytes of which image were analyzed, by which model, and how often an image failed.

The ledger is a set of entries that only grows. Of two entries for the same bytes of an image, the one with
the higher precedence is kept. So the order of the segments does not matter, and reading a segment twice is
safe.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableLedger
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder

from .found_image import FoundImage
from .image_filter import SkipReason

__all__ = [
    "MAX_MERGED_SEGMENTS",
    "LedgerEntry",
    "attempts_or_skip_reason",
    "decode_entry",
    "encode_entry",
    "iter_merged",
    "join_ledger",
    "plan_compaction",
]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

#: Segments that are merged at once. Each is an open file, and a process may have 1,024 open files.
MAX_MERGED_SEGMENTS: Final = 64
#: A segment that is more than this many times larger than all smaller ones together is not rewritten.
_SIZE_RATIO: Final = 4
#: A larger segment is never merged. S3 accepts 5 GB in one upload, and merged segments compress less well.
_MAX_MERGE_BYTES: Final = 2_000_000_000


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """
    The outcome of one image.

    :param etag: ETag of the bytes; ``""`` if the source had none.
    :param scan: The user's name for a pass over all images. Another name analyzes each image again.
    :param attempts: How often the image was tried, including this time.
    :param code: Why the image failed; ``None`` if it was analyzed.
    :param permanent: Whether the same bytes will fail again.
    :param at: When the job ended, aware UTC.
    """

    bucket: str
    key: str
    etag: str
    scan: str
    status: Literal["analyzed", "failed"]
    attempts: int
    code: str | None
    permanent: bool
    model_version: str | None
    engine: str
    job_id: str
    at: _AwareUtc | None

    @property
    def order(self) -> tuple[bytes, bytes]:
        """Sort key, as :attr:`FoundImage.order`."""
        return self.bucket.encode(), self.key.encode()

    @property
    def precedence(self) -> tuple[bool, bool, int, datetime, str, str, str, str]:
        """
        Of two entries for the same bytes, the one with the larger value is kept.

        Equal values are of equal entries, so the result of a merge does not depend on the order of segments.
        """
        return (
            self.status == "analyzed",
            self.permanent,
            self.attempts,
            self.at or _NEVER,
            self.job_id,
            self.code or "",
            self.engine,
            self.model_version or "",
        )


_DECODER: Final = JsonFileDecoder(LedgerEntry, UnreadableLedger)
_BUCKET_AND_KEY: Final = attrgetter("bucket", "key")


def encode_entry(entry: LedgerEntry) -> bytes:
    """Encode one line, with its newline."""
    return msgspec.json.encode(entry) + b"\n"


def decode_entry(line: bytes, uri: str) -> LedgerEntry:
    """
    Decode one line.

    :param uri: The file of the line, for the error.
    :raises UnreadableLedger: The line is damaged. A damaged line never counts as absent.
    """
    return _DECODER.decode(line, uri)


def iter_merged(segments: Iterable[Iterable[LedgerEntry]]) -> Iterator[LedgerEntry]:
    """
    Merge segments lazily: of each image, ETag and scan, keep the entry with the highest precedence.

    :param segments: Each sorted by ``order``.
    """
    in_order = heapq.merge(*segments, key=lambda entry: entry.order)
    for _, group in groupby(in_order, key=_BUCKET_AND_KEY):
        same_image = list(group)
        if len(same_image) == 1:  # most images: this saves a third of the time
            yield same_image[0]
            continue
        kept: dict[tuple[str, str], LedgerEntry] = {}
        for entry in same_image:
            etag_and_scan = entry.etag, entry.scan
            known = kept.get(etag_and_scan)
            if known is None or entry.precedence > known.precedence:
                kept[etag_and_scan] = entry
        yield from (kept[etag_and_scan] for etag_and_scan in sorted(kept))


def join_ledger(
    images: Iterable[FoundImage], entries: Iterable[LedgerEntry]
) -> Iterator[tuple[FoundImage, list[LedgerEntry]]]:
    """
    Join each image with its ledger entries, lazily. Both inputs are sorted by ``order``.

    :return: The images in their order, each with its entries. Most images have no entry.
    """
    groups = groupby(entries, key=lambda entry: entry.order)
    order, known = next(groups, (None, iter(())))
    for image in images:
        image_order = image.order  # it is encoded each time
        while order is not None and order < image_order:
            order, known = next(groups, (None, iter(())))
        yield image, list(known) if order == image_order else []


def attempts_or_skip_reason(
    image: FoundImage, known: Sequence[LedgerEntry], *, scan: str, max_attempts: int
) -> int | SkipReason:
    """
    Decide whether to analyze an image.

    If the source has no ETag, entries match by key alone. If the source has an ETag but an entry has none,
    the entry does not match, because the bytes may differ.

    :param known: The ledger entries of this key.
    :param scan: See :class:`LedgerEntry`.
    :param max_attempts: How often an image is tried, unless its failure is permanent.
    :return: How often the image was tried before, or why it is skipped.
    """
    same = [entry for entry in known if entry.scan == scan and image.etag in (None, entry.etag)]
    if any(entry.status == "analyzed" for entry in same):
        return SkipReason.ALREADY_ANALYZED
    if any(entry.permanent for entry in same):
        return SkipReason.FAILED_FOR_GOOD
    attempts = max((entry.attempts for entry in same), default=0)
    return SkipReason.OUT_OF_ATTEMPTS if attempts >= max_attempts else attempts


def plan_compaction(sizes: Sequence[int], *, max_segments: int) -> list[int]:
    """
    Decide which segments are merged into one. Call it again after the merge, until it returns nothing.

    :param sizes: Size of each segment in bytes.
    :param max_segments: Number of segments up to which nothing is merged.
    :return: Positions in *sizes*, 2 to 64; empty if nothing is merged. A segment that is far larger than the
        smaller ones together is not rewritten, so a large ledger is not rewritten every night. A segment of
        more than 2 GB is never rewritten, so a merged segment fits into one upload.
    """
    mergeable = [position for position in range(len(sizes)) if sizes[position] <= _MAX_MERGE_BYTES]
    if len(mergeable) <= max_segments:
        return []
    chosen: list[int] = []
    total = 0
    for position in sorted(mergeable, key=lambda candidate: sizes[candidate])[:MAX_MERGED_SEGMENTS]:
        is_enough = len(chosen) > 1 and sizes[position] > _SIZE_RATIO * total
        if is_enough or total + sizes[position] > 2 * _MAX_MERGE_BYTES:
            break
        chosen.append(position)
        total += sizes[position]
    return chosen
