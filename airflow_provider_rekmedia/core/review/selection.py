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
        #: Images that were added, copies too.
        self.images = 0
        self._key = key
        self._limit = limit
        self._rows: dict[str, VerdictRow] = {}

    def add(self, rows: Iterable[VerdictRow]) -> None:
        """Add images, in any order."""
        for row in rows:
            self.images += 1
            key = bytes_key(row)
            known = self._rows.get(key)
            if known is None or self._key(row) < self._key(known):
                self._rows[key] = row
            if len(self._rows) > 2 * self._limit:
                self._rows = {bytes_key(kept): kept for kept in self.chosen()}

    def chosen(self) -> list[VerdictRow]:
        """Return the first images, in order."""
        return nsmallest(self._limit, self._rows.values(), key=self._key)
