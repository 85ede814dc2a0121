"""Page tokens: opaque to the caller, and refused unless this service made them."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Final

from .errors import Code, ServiceError
from .job import Job

__all__ = ["cut_page"]

_SALT: Final = "media-analysis-jobs"


def cut_page(jobs: Sequence[Job], token: str | None, *, size: int) -> tuple[list[Job], str | None]:
    """
    Cut one page.

    A token names the last job of its page, not a number of jobs: a job started between two pages neither
    repeats nor hides another.

    :param jobs: newest first.
    :param token: from the page before; ``None`` or empty starts at the newest.
    :param size: jobs on a page, at least 1.
    :return: the page, and the token of the next one or ``None`` when there is none.
    :raises ServiceError: InvalidPaginationTokenException.
    """
    before = _decode(token) if token else None
    rest = [job for job in jobs if before is None or job.sequence < before]
    page = list(rest[:size])
    return page, _encode(page[-1].sequence) if len(rest) > size else None


def _encode(sequence: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([sequence, _seal(sequence)]).encode()).decode()


def _decode(token: str) -> int:
    try:
        sequence, seal = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, TypeError):
        raise ServiceError(Code.INVALID_PAGINATION_TOKEN) from None
    if not isinstance(sequence, int) or seal != _seal(sequence):
        raise ServiceError(Code.INVALID_PAGINATION_TOKEN)
    return sequence


def _seal(sequence: int) -> str:
    return hashlib.sha256(f"{_SALT}:{sequence}".encode()).hexdigest()[:32]
