"""Finds a class of the error tree by its name."""

from typing import Final

from .answer import (
    FilesMissing,
    MalformedAnswer,
    MalformedSummary,
    UnexpectedAnswer,
    UnknownEvent,
    UnknownStatus,
    UnreadableActionLog,
    UnreadableIndex,
    UnreadableLedger,
    UnreadableRecord,
    UnreadableReport,
    UnreadableReview,
    UnreadableVerdicts,
)
from .input import (
    BadDecisions,
    BadImageList,
    BadInventory,
    ExtraMissing,
    InvalidArgument,
    InvalidInput,
    InvalidJob,
    InvalidPolicy,
    InvalidRegion,
    InvalidS3Uri,
    ManifestEmpty,
    ManifestMissing,
    ManifestTooLarge,
    NoImages,
    OverBudget,
    PolicyMissing,
    RequestChanged,
    ReviewUnavailable,
    TooManyObjects,
    WrongRegion,
)
from .job import (
    ActionsFailed,
    AdapterExpired,
    DriftFound,
    JobEnded,
    JobFailed,
    JobsMissing,
    JobStopped,
    NoImageRead,
    NothingAnalyzed,
    StoppedWhileWaiting,
    TooManyFailed,
    WaitTimedOut,
)
from .service import (
    AccessDenied,
    HostNotFound,
    ImageRefused,
    LimitReached,
    ManifestRefused,
    NoCredentials,
    NotFound,
    NotReady,
    ObjectUnreadable,
    RequestRefused,
    ServiceClosed,
    ServiceError,
    Throttled,
    TokenReused,
    Unavailable,
    UnknownRefusal,
)
from .tree import (
    RekmediaError,
)

__all__ = ["error_class"]

#: Every class of the tree. Classes that other packages derive from ours are not in it.
_CLASSES: Final[tuple[type[RekmediaError], ...]] = (
    RekmediaError,
    InvalidInput,
    InvalidS3Uri,
    InvalidArgument,
    InvalidRegion,
    InvalidJob,
    ManifestMissing,
    ManifestEmpty,
    ManifestTooLarge,
    WrongRegion,
    BadDecisions,
    BadImageList,
    BadInventory,
    NoImages,
    OverBudget,
    TooManyObjects,
    PolicyMissing,
    ExtraMissing,
    InvalidPolicy,
    RequestChanged,
    ReviewUnavailable,
    ServiceError,
    Throttled,
    Unavailable,
    LimitReached,
    NotReady,
    AccessDenied,
    HostNotFound,
    NoCredentials,
    ServiceClosed,
    RequestRefused,
    ManifestRefused,
    ObjectUnreadable,
    ImageRefused,
    NotFound,
    TokenReused,
    UnknownRefusal,
    JobEnded,
    JobFailed,
    WaitTimedOut,
    JobStopped,
    StoppedWhileWaiting,
    NoImageRead,
    AdapterExpired,
    JobsMissing,
    NothingAnalyzed,
    TooManyFailed,
    DriftFound,
    ActionsFailed,
    UnexpectedAnswer,
    UnknownStatus,
    MalformedAnswer,
    MalformedSummary,
    FilesMissing,
    UnknownEvent,
    UnreadableRecord,
    UnreadableLedger,
    UnreadableIndex,
    UnreadableReport,
    UnreadableReview,
    UnreadableVerdicts,
    UnreadableActionLog,
)
_BY_NAME: Final = {kind.__name__: kind for kind in _CLASSES}


def error_class(name: object) -> type[RekmediaError] | None:
    """
    Find a class of the error tree by its name.

    :param name: For example ``"AccessDenied"``; untrusted, so it may have any type.
    :return: The class, or ``None`` if the tree has no class of that name.
    """
    return _BY_NAME.get(name) if isinstance(name, str) else None
