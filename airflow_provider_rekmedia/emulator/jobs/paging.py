"""Pages of ListMediaAnalysisJobs, with opaque tokens."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Final

from airflow_provider_rekmedia.emulator.protocol.errors import ErrorCode, ServiceError

from .job import Job

__all__ = ["get_page"]

_SALT: Final = "media-analysis-jobs"


def get_page(jobs: Sequence[Job], token: str | None, *, size: int) -> tuple[list[Job], str | None]:
    """
    Select one page.

    A token contains the last job of its page, not an offset. If a job starts between two requests, no other
    job is skipped or repeated.

    :param jobs: newest first.
    :param token: from the previous page; ``None`` or empty selects the first page.
    :param size: jobs per page, at least 1.
    :return: the page, and the token of the next page or ``None`` if this is the last.
    :raises ServiceError: InvalidPaginationTokenException; this emulator did not make the token.
    """
    last_sequence = _decode(token) if token else None
    remaining = [job for job in jobs if last_sequence is None or job.sequence < last_sequence]
    page = list(remaining[:size])
    return page, _encode(page[-1].sequence) if len(remaining) > size else None


def _encode(sequence: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([sequence, _sign(sequence)]).encode()).decode()


def _decode(token: str) -> int:
    try:
        sequence, signature = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, TypeError):
        raise ServiceError(ErrorCode.INVALID_PAGINATION_TOKEN) from None
    if not isinstance(sequence, int) or signature != _sign(sequence):
        raise ServiceError(ErrorCode.INVALID_PAGINATION_TOKEN)
    return sequence


def _sign(sequence: int) -> str:
    return hashlib.sha256(f"{_SALT}:{sequence}".encode()).hexdigest()[:32]
