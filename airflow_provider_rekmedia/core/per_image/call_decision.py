"""What the per-image engine does after AWS refused a call."""

from enum import Enum, auto
from typing import Final

from airflow_provider_rekmedia.core.errors import (
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

from .pacing import CallOutcome

__all__ = ["NextAction", "call_outcome", "is_image_error", "is_outage", "next_action"]

#: How often an image is tried while the service has faults, before the image itself is in doubt.
_FAULTS_PER_IMAGE: Final = 5
#: So many doubtful refusals in a row, of whatever images, for so long, are no image's own. A connection pool
#: that breaks off brings as many at once.
_OUTAGE_REFUSALS: Final = 25
_OUTAGE_S: Final = 10.0

_FATAL: Final = (AccessDenied, NoCredentials, NotFound, NotReady)
#: Refusals that say nothing of the image: it may be its fault, or everybody's.
_DOUBTFUL: Final = (LimitReached, Unavailable, UnknownRefusal)


class NextAction(Enum):
    """What follows a refused call; an image in doubt has failed as soon as another has an outcome."""

    RETRY = auto()
    FAIL_IMAGE = auto()
    SUSPECT_IMAGE = auto()
    STOP_JOB = auto()


def call_outcome(refusal: ServiceError | None) -> CallOutcome:
    """Tell the pace what a call came to; ``None`` was not refused."""
    if not isinstance(refusal, Throttled):
        return CallOutcome.ACCEPTED
    return CallOutcome.OVER_QUOTA if refusal.is_over_quota else CallOutcome.THROTTLED


def is_image_error(refusal: ServiceError) -> bool:
    """Whether a refusal is the outcome of its image, as an answer is."""
    return not isinstance(refusal, (Throttled, *_FATAL, *_DOUBTFUL))


def is_outage(in_a_row: int, silent_s: float) -> bool:
    """
    Tell whether refusals are everybody's, and no image's own.

    :param in_a_row: Doubtful refusals of the whole job, with no outcome of any image between them.
    :param silent_s: Seconds since any image had an outcome; infinite when no image is left to have one.
    """
    return in_a_row >= _OUTAGE_REFUSALS and silent_s >= _OUTAGE_S


def next_action(refusal: ServiceError, *, faults: int, in_a_row: int, silent_s: float) -> NextAction:
    """
    Decide what follows a refused call.

    :param faults: Faults of service or network that this image has met, this one among them.
    :param in_a_row: As for :func:`is_outage`.
    :param silent_s: Likewise.
    """
    if isinstance(refusal, Throttled):
        return NextAction.RETRY
    if isinstance(refusal, _FATAL):
        return NextAction.STOP_JOB
    if not isinstance(refusal, _DOUBTFUL):
        return NextAction.FAIL_IMAGE
    if is_outage(in_a_row, silent_s):
        return NextAction.STOP_JOB
    may_pass = isinstance(refusal, Unavailable) and faults < _FAULTS_PER_IMAGE
    return NextAction.RETRY if may_pass else NextAction.SUSPECT_IMAGE
