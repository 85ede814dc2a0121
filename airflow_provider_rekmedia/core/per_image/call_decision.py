"""What the per-image engine does after AWS refused a call."""

from enum import Enum, auto
from typing import Final

from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    HostNotFound,
    LimitReached,
    NoCredentials,
    NotFound,
    NotReady,
    ServiceError,
    Throttled,
    Unavailable,
    UnknownRefusal,
)
from airflow_provider_rekmedia.core.results.outcomes import is_image_read

from .pacing import CallOutcome

__all__ = ["NextAction", "call_outcome", "has_read_image", "is_image_error", "is_outage", "next_action"]

#: How often an image is tried while the service has faults, before the image is a suspect.
_MAX_FAULTS_PER_IMAGE: Final = 5
#: So many ambiguous refusals in a row, for at least this time, are an outage. A burst alone is not: a broken
#: connection pool fails all its calls at once.
_OUTAGE_REFUSALS: Final = 25
_OUTAGE_S: Final = 10.0

#: Refusals that concern every image.
_FATAL: Final = (AccessDenied, HostNotFound, NoCredentials, NotFound, NotReady)
#: Refusals that may concern this image, or every image.
#: An image that may not be read is its own error, not one of these (unknown: unreadable-image-error).
_AMBIGUOUS: Final = (LimitReached, Unavailable, UnknownRefusal)


class NextAction(Enum):
    """What to do after a refused call."""

    RETRY = auto()
    #: The image failed.
    FAIL_IMAGE = auto()
    #: The image failed if the service reads another image of the job. Otherwise no image of the job failed:
    #: it is an outage, or the bucket cannot be read.
    SUSPECT_IMAGE = auto()
    STOP_JOB = auto()


def call_outcome(refusal: ServiceError | None) -> CallOutcome:
    """Classify a call for the pacer. ``None`` is a call that was not refused."""
    if not isinstance(refusal, Throttled):
        return CallOutcome.ACCEPTED
    return CallOutcome.OVER_QUOTA if refusal.is_over_quota else CallOutcome.THROTTLED


def is_image_error(refusal: ServiceError) -> bool:
    """Whether the service works, and refused the image or its object in S3."""
    return not isinstance(refusal, (Throttled, *_FATAL, *_AMBIGUOUS))


def has_read_image(refusal: ServiceError | None) -> bool:
    """Whether the service read the image of a call. ``None`` is a call that was not refused."""
    return refusal is None or (is_image_error(refusal) and is_image_read(refusal.code, refusal.message))


def is_outage(in_a_row: int, silent_s: float) -> bool:
    """
    Whether refusals concern every image.

    :param in_a_row: Ambiguous refusals of the job since the last outcome of any image.
    :param silent_s: Seconds since the last outcome of any image; infinite if no image is left.
    """
    return in_a_row >= _OUTAGE_REFUSALS and silent_s >= _OUTAGE_S


def next_action(refusal: ServiceError, *, faults: int, in_a_row: int, silent_s: float) -> NextAction:
    """
    Decide what to do after a refused call.

    :param faults: Faults of service or network for this image, including this one.
    :param in_a_row: See :func:`is_outage`.
    :param silent_s: See :func:`is_outage`.
    """
    if isinstance(refusal, Throttled):
        return NextAction.RETRY
    if isinstance(refusal, _FATAL):
        return NextAction.STOP_JOB
    if has_read_image(refusal):
        return NextAction.FAIL_IMAGE
    if is_image_error(refusal):
        return NextAction.SUSPECT_IMAGE
    if is_outage(in_a_row, silent_s):
        return NextAction.STOP_JOB
    may_retry = isinstance(refusal, Unavailable) and faults < _MAX_FAULTS_PER_IMAGE
    return NextAction.RETRY if may_retry else NextAction.SUSPECT_IMAGE
