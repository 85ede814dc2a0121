"""Which images have the same bytes, so that one decision counts for all of them."""

from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

from .decision_record import DecisionRecord
from .queue import ReviewItem

__all__ = ["bytes_key"]


def bytes_key(image: VerdictRow | ReviewItem | DecisionRecord) -> str:
    """
    Return a key that images with the same bytes share.

    It is the ETag. With KMS encryption the ETag differs although the bytes are the same, so such images are
    reviewed one by one. An image without an ETag has its uri instead.
    """
    return f"etag {image.etag}" if image.etag else image.uri
