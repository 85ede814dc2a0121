"""Chooses the images that people review: each image once, and at most so many."""

from collections.abc import Collection, Iterable
from heapq import nsmallest

from airflow_provider_rekmedia.core.actions.holds import bytes_hold_uri, hold_uri
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

from .order import OrderKey
from .same_bytes import bytes_key

__all__ = ["HeldImages", "Selection", "iter_reviewable"]


class HeldImages:
    """
    Which images have a hold record.

    :param prefix: Prefix of the hold records.
    :param names: The keys of all hold records.
    """

    def __init__(self, prefix: S3Uri, names: Collection[str]) -> None:
        self._prefix = prefix
        self._names = frozenset(names)

    def __bool__(self) -> bool:
        """Whether any image is held."""
        return bool(self._names)

    def has(self, bucket: str, key: str, etag: str | None) -> bool:
        """
        Whether an image is held, or has the bytes of an image that somebody escalated.

        :param etag: ETag of the bytes; ``None`` if it is not known.
        """
        return self.has_record(bucket, key) or self._has_bytes(etag)

    def has_record(self, bucket: str, key: str) -> bool:
        """Whether an image has a hold record of its own, which actions look for."""
        return bool(self._names) and hold_uri(self._prefix, S3Uri(bucket, key)).key in self._names

    def _has_bytes(self, etag: str | None) -> bool:
        return bool(self._names and etag) and bytes_hold_uri(self._prefix, str(etag)).key in self._names


def iter_reviewable(
    rows: Iterable[VerdictRow], verdicts: Collection[Decision], held: HeldImages
) -> Iterable[VerdictRow]:
    """
    Return the rows that people may review, lazily: of these verdicts, in S3, and not held.

    An image whose uri is not an S3 uri has no picture, so it keeps the verdict of the policy.
    """
    for row in rows:
        if row.verdict in verdicts and row.bucket and row.key and not held.has(row.bucket, row.key, row.etag):
            yield row


class Selection:
    """
    The first images in an order. Images with the same bytes count once. The memory has a limit.

    :param limit: Most images, 1 or more.
    """

    def __init__(self, key: OrderKey, limit: int) -> None:
        self._key = key
        self._limit = limit
        self._rows: dict[str, VerdictRow] = {}
        #: No image with a larger key is among the first; ``None`` until there are enough images.
        self._largest: tuple[object, ...] | None = None

    def add(self, rows: Iterable[VerdictRow]) -> None:
        """Add images, in any order."""
        for row in rows:
            order = self._key(row)
            if self._largest is not None and order > self._largest:
                continue
            key = bytes_key(row)
            known = self._rows.get(key)
            if known is None or order < self._key(known):
                self._rows[key] = row
            if len(self._rows) > 2 * self._limit:
                first = self.chosen()
                self._rows = {bytes_key(kept): kept for kept in first}
                self._largest = self._key(first[-1])

    def chosen(self) -> list[VerdictRow]:
        """Return the first images, in order."""
        return nsmallest(self._limit, self._rows.values(), key=self._key)
