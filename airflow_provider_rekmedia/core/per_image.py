"""What the per-image engine decides: who a job is, what a refusal means for it, how far it is."""

import hashlib
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

from .identity import TaskIdentity
from .refusals import AccessDenied, NoCredentials, NotFound, NotReady, ServiceError, Throttled, Unavailable

__all__ = ["MOST_CALLS_AT_ONCE", "ExpiredAdapter", "Progress", "Sequel", "next_for_image", "per_image_job_id"]

#: Each is a thread and a connection.
MOST_CALLS_AT_ONCE: Final = 1_000
#: How often an image is tried while the service has faults, before it counts as failed.
_FAULTS_PER_IMAGE: Final = 5
#: Faults in a row, of whatever images, that are an outage and no image's own.
_OUTAGE_FAULTS: Final = 25
_DIGEST_IN_ID: Final = 40

_FATAL: Final = (AccessDenied, NoCredentials, NotFound, NotReady)


class ExpiredAdapter(StrEnum):
    """What happens when the base model answers silently for an adapter that has expired."""

    WARN = "warn"
    FAIL = "fail"


class Sequel(Enum):
    """What follows a refused call."""

    AGAIN = auto()
    FAIL_IMAGE = auto()
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
    return f"per-image-{digest[:_DIGEST_IN_ID]}"


def next_for_image(refusal: ServiceError, *, faults: int, faults_in_a_row: int) -> Sequel:
    """
    Decide what follows a refused call.

    :param faults: Of this image so far, this one among them.
    :param faults_in_a_row: Of the whole job, with no answer between them.
    """
    if isinstance(refusal, Throttled):
        return Sequel.AGAIN
    if isinstance(refusal, _FATAL):
        return Sequel.STOP
    if isinstance(refusal, Unavailable):
        if faults_in_a_row >= _OUTAGE_FAULTS:
            return Sequel.STOP
        return Sequel.AGAIN if faults < _FAULTS_PER_IMAGE else Sequel.FAIL_IMAGE
    return Sequel.FAIL_IMAGE
