"""Splits the images of a review into queues, and repeats a share of them for a second person."""

from collections.abc import Sequence
from typing import Final

import msgspec

from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

from .audit_sample import sample_score
from .queue import ReviewItem, Sample

__all__ = ["review_item", "split_queues"]

_SCORES: Final = 2**64


def split_queues(
    items: Sequence[ReviewItem], *, queue_size: int, double_share: float, salt: str
) -> list[tuple[ReviewItem, ...]]:
    """
    Split images into queues, in their order. Images for double review are in more queues after these.

    :param queue_size: Most images of a queue, 1 or more.
    :param double_share: Share of the images that two people decide about, 0 to 1; audit images are not
        repeated.
    """
    limit = double_share * _SCORES
    doubles = [
        msgspec.structs.replace(item, sample=Sample.DOUBLE)
        for item in items
        if item.sample is Sample.QUEUE
        and sample_score(f"double {salt}", item.bucket, item.key, item.etag) < limit
    ]
    return [*_batches(items, queue_size), *_batches(doubles, queue_size)]


def review_item(row: VerdictRow, policy_digest: str) -> ReviewItem:
    """
    Return the item of a queue for an image that is not allowed.

    :param row: It has a bucket and a key.
    :param policy_digest: Of the queue.
    """
    return ReviewItem(
        uri=row.uri,
        bucket=row.bucket or "",
        key=row.key or "",
        etag=row.etag,
        size_bytes=row.size_bytes,
        last_modified=row.last_modified,
        verdict=row.verdict,
        rule=row.rule,
        labels=row.labels,
        confidence=row.confidence,
        job_id=row.job_id,
        model_version=row.model_version,
        policy_digest=None if row.policy_digest == policy_digest else row.policy_digest,
    )


def _batches(items: Sequence[ReviewItem], size: int) -> list[tuple[ReviewItem, ...]]:
    return [tuple(items[first : first + size]) for first in range(0, len(items), size)]
