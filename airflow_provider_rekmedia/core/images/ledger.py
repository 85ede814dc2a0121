"""
The ledger: which image was analyzed, in which bytes, by which model; and which failed, how often.

It is a set of entries that only grows. Two entries of one image in the same bytes are merged by what is known
best, so the order of segments does not matter, and neither does reading one twice.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableLedger

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

#: Segments that are read at once to be merged: each is an open file, and a process may have 1,024.
MAX_MERGED_SEGMENTS: Final = 64
#: A segment more than so many times larger than all smaller ones together is left as it is.
_LEFT_ALONE: Final = 4
#: A larger segment is never merged. S3 takes 5 GB in one upload, and two that are merged compress less well.
_FULL_BYTES: Final = 2_000_000_000


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """
    What became of one image.

    :param etag: Of the bytes that were analyzed; ``""`` where the source told none.
    :param scan: The user's name for a pass over all images; another name is another pass.
    :param attempts: How often it was tried, this time included.
    :param code: Why it failed; ``None`` when it was analyzed.
    :param permanent: Whether the same bytes will fail again.
    :param at: When its job ended, aware UTC.
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
        """As :attr:`FoundImage.order`."""
        return self.bucket.encode(), self.key.encode()

    @property
    def worth(self) -> tuple[bool, bool, int, str, str]:
        """The larger of two entries of the same bytes is the one to keep."""
        at = self.at.isoformat() if self.at else ""
        return self.status == "analyzed", self.permanent, self.attempts, at, self.job_id


_DECODER: Final = msgspec.json.Decoder(LedgerEntry)


def encode_entry(entry: LedgerEntry) -> bytes:
    """Make one line, with its newline."""
    return msgspec.json.encode(entry) + b"\n"


def decode_entry(line: bytes, uri: str) -> LedgerEntry:
    """
    Read one line.

    :param uri: Where it came from, for the error.
    :raises UnreadableLedger: It is damaged. It is never taken for absent.
    """
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise UnreadableLedger(uri=uri, problem=problem) from problem


def iter_merged(segments: Iterable[Iterable[LedgerEntry]]) -> Iterator[LedgerEntry]:
    """
    Merge segments, lazily: of every image, bytes and scan the entry of most worth.

    :param segments: Each in the order of its entries' ``order``.
    """
    in_order = heapq.merge(*segments, key=lambda entry: entry.order)
    for _, same_image in groupby(in_order, key=lambda entry: entry.order):
        best: dict[tuple[str, str], LedgerEntry] = {}
        for entry in same_image:
            bytes_of_scan = entry.etag, entry.scan
            known = best.get(bytes_of_scan)
            if known is None or entry.worth > known.worth:
                best[bytes_of_scan] = entry
        yield from (best[each] for each in sorted(best))


def join_ledger(
    images: Iterable[FoundImage], entries: Iterable[LedgerEntry]
) -> Iterator[tuple[FoundImage, list[LedgerEntry]]]:
    """
    Give each image what the ledger knows of it, lazily; both come by bucket and key bytes.

    :return: The images in their order, each with its entries, often none.
    """
    groups = groupby(entries, key=lambda entry: entry.order)
    order, known = next(groups, (None, iter(())))
    for image in images:
        while order is not None and order < image.order:
            order, known = next(groups, (None, iter(())))
        yield image, list(known) if order == image.order else []


def attempts_or_skip_reason(
    image: FoundImage, known: Sequence[LedgerEntry], *, scan: str, max_attempts: int
) -> int | SkipReason:
    """
    Decide whether an image is taken.

    An image whose source tells no ETag is known by its key alone. One whose entry has none, but whose source
    tells it, is taken: nobody can say that the bytes are the same.

    :param known: What the ledger has of this key.
    :param scan: See :class:`LedgerEntry`.
    :param max_attempts: Tries of an image that fails for a reason that may pass.
    :return: How often it was tried before, or why it is skipped.
    """
    same = [each for each in known if each.scan == scan and (image.etag is None or each.etag == image.etag)]
    if any(each.status == "analyzed" for each in same):
        return SkipReason.ALREADY_ANALYZED
    if any(each.permanent for each in same):
        return SkipReason.FAILED_FOR_GOOD
    attempts = max((each.attempts for each in same), default=0)
    return SkipReason.OUT_OF_ATTEMPTS if attempts >= max_attempts else attempts


def plan_compaction(sizes: Sequence[int], *, max_segments: int) -> list[int]:
    """
    Decide which segments are merged into one; to be asked again when that is done.

    :param sizes: Bytes of each segment.
    :param max_segments: Segments that may be without a merge.
    :return: Positions in *sizes*, two to 64; empty when there is nothing to do. A segment far larger than the
        smaller ones together stays as it is: a ledger of years is not rewritten every night. One of more than
        2 GB stays for good, so that what is merged fits into one upload.
    """
    growing = [position for position in range(len(sizes)) if sizes[position] <= _FULL_BYTES]
    if len(growing) <= max_segments:
        return []
    chosen: list[int] = []
    total = 0
    for position in sorted(growing, key=lambda each: sizes[each])[:MAX_MERGED_SEGMENTS]:
        is_enough = len(chosen) > 1 and sizes[position] > _LEFT_ALONE * total
        if is_enough or total + sizes[position] > 2 * _FULL_BYTES:
            break
        chosen.append(position)
        total += sizes[position]
    return chosen
