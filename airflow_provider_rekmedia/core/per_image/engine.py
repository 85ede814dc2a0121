"""What the per-image engine decides: who a job is, what a refusal means for it, how far it is."""

import hashlib
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.jobs.job import PER_IMAGE_ID
from airflow_provider_rekmedia.core.refusals import (
    AccessDenied,
    LimitReached,
    NoCredentials,
    NotFound,
    NotReady,
    ServiceError,
    Throttled,
    Unavailable,
    UnknownRefusal,
)

from .pacing import Reply

__all__ = [
    "MOST_CALLS_AT_ONCE",
    "ExpiredAdapter",
    "Progress",
    "Sequel",
    "is_about_image",
    "is_outage",
    "next_for_image",
    "per_image_job_id",
    "reply_of",
]

#: Each is a thread and a connection.
MOST_CALLS_AT_ONCE: Final = 1_000
#: How often an image is tried while the service has faults, before the image itself is in doubt.
_FAULTS_PER_IMAGE: Final = 5
#: So many doubtful refusals in a row, of whatever images, for so long, are no image's own. A connection pool
#: that breaks off brings as many at once.
_OUTAGE_REFUSALS: Final = 25
_OUTAGE_S: Final = 10.0
_DIGEST_IN_ID: Final = 40

_FATAL: Final = (AccessDenied, NoCredentials, NotFound, NotReady)
#: Refusals that say nothing of the image: it may be its fault, or everybody's.
_DOUBTFUL: Final = (LimitReached, Unavailable, UnknownRefusal)


class ExpiredAdapter(StrEnum):
    """What happens when the base model answers silently for an adapter that has expired."""

    WARN = "warn"
    FAIL = "fail"


class Sequel(Enum):
    """What follows a refused call; an image in doubt has failed as soon as another has an outcome."""

    AGAIN = auto()
    FAIL_IMAGE = auto()
    DOUBT_IMAGE = auto()
    STOP = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """
    How far a job is.

    :param done: Lines that are settled, failed ones among them, and those of earlier tries.
    :param failed: Lines without a result.
    :param tps: Images settled a second, by this try so far.
    :param throttled: Calls of this try that were throttled.
    """

    total: int
    done: int
    failed: int
    tps: float
    throttled: int

    @property
    def left(self) -> int:
        """Lines that are not settled yet."""
        return self.total - self.done

    @property
    def eta_s(self) -> float | None:
        """Seconds to go at this rate; ``None`` while there is none."""
        return self.left / self.tps if self.tps else None


def per_image_job_id(identity: TaskIdentity, fingerprint: str, generation: int) -> str:
    """
    Name a job; AWS's ids are 64 hexadecimal digits, so none is taken for another.

    :param generation: As for :func:`identity.request_token`.
    """
    digest = hashlib.sha256(f"{identity.digest}{fingerprint}{generation}".encode()).hexdigest()
    return f"{PER_IMAGE_ID}{digest[:_DIGEST_IN_ID]}"


def reply_of(refusal: ServiceError | None) -> Reply:
    """Tell the pace what a call came to; ``None`` was not refused."""
    if not isinstance(refusal, Throttled):
        return Reply.TAKEN
    return Reply.OVER_QUOTA if refusal.is_over_quota else Reply.THROTTLED


def is_about_image(refusal: ServiceError) -> bool:
    """Whether a refusal is the outcome of its image, as an answer is."""
    return not isinstance(refusal, (Throttled, *_FATAL, *_DOUBTFUL))


def is_outage(in_a_row: int, silent_s: float) -> bool:
    """
    Tell whether refusals are everybody's, and no image's own.

    :param in_a_row: Doubtful refusals of the whole job, with no outcome of any image between them.
    :param silent_s: Seconds since any image had an outcome; infinite when no image is left to have one.
    """
    return in_a_row >= _OUTAGE_REFUSALS and silent_s >= _OUTAGE_S


def next_for_image(refusal: ServiceError, *, faults: int, in_a_row: int, silent_s: float) -> Sequel:
    """
    Decide what follows a refused call.

    :param faults: Faults of service or network that this image has met, this one among them.
    :param in_a_row: As for :func:`is_outage`.
    :param silent_s: Likewise.
    """
    if isinstance(refusal, Throttled):
        return Sequel.AGAIN
    if isinstance(refusal, _FATAL):
        return Sequel.STOP
    if not isinstance(refusal, _DOUBTFUL):
        return Sequel.FAIL_IMAGE
    if is_outage(in_a_row, silent_s):
        return Sequel.STOP
    may_pass = isinstance(refusal, Unavailable) and faults < _FAULTS_PER_IMAGE
    return Sequel.AGAIN if may_pass else Sequel.DOUBT_IMAGE
