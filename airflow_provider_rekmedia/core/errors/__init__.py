"""
Everything that can go wrong. A class says whose fault it is; ``retryable`` says if a retry can help.

::

    RekmediaError                tree.py
    ├─ InvalidInput              input.py: the caller's fault, found before any paid call
    │  ├─ InvalidS3Uri · InvalidArgument · InvalidRegion · InvalidJob
    │  ├─ ManifestMissing · ManifestEmpty · ManifestTooLarge · WrongRegion
    │  ├─ BadImageList · BadDecisions · BadInventory · NoImages · OverBudget · TooManyObjects
    │  ├─ ExtraMissing · InvalidPolicy · PolicyMissing · ReviewUnavailable
    │  └─ RequestChanged         the same task of the same run sends another request than before
    ├─ ServiceError              service.py: AWS refused a call: operation, code, message, request id
    │  ├─ Throttled *  Unavailable *  LimitReached *  NotReady *                     (* a retry helps)
    │  ├─ NoCredentials *  HostNotFound *
    │  ├─ AccessDenied · ServiceClosed
    │  ├─ RequestRefused · ManifestRefused · ObjectUnreadable · ImageRefused
    │  └─ NotFound · TokenReused · UnknownRefusal
    ├─ JobEnded                  job.py: the job ended badly, or the task no longer waits for it
    │  ├─ JobFailed (* by failure code)
    │  ├─ WaitTimedOut * · JobStopped * · StoppedWhileWaiting * · NoImageRead * · AdapterExpired
    │  ├─ JobsMissing · NothingAnalyzed · TooManyFailed · DriftFound
    │  └─ ActionsFailed (* by cause)
    └─ UnexpectedAnswer          answer.py: this version cannot read what AWS, or a file, says
       ├─ UnknownStatus · MalformedAnswer · MalformedSummary · FilesMissing · UnknownEvent
       ├─ UnreadableRecord · UnreadableLedger · UnreadableIndex · UnreadableVerdicts · UnreadableReport
       ├─ UnreadableReview
       └─ UnreadableActionLog

An image that could not be analyzed is a value, not an exception: ``image_result.BadLine``,
``summary.ImageError``.
"""

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
from .registry import error_class
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

__all__ = [
    "AccessDenied",
    "ActionsFailed",
    "AdapterExpired",
    "BadDecisions",
    "BadImageList",
    "BadInventory",
    "DriftFound",
    "ExtraMissing",
    "FilesMissing",
    "HostNotFound",
    "ImageRefused",
    "InvalidArgument",
    "InvalidInput",
    "InvalidJob",
    "InvalidPolicy",
    "InvalidRegion",
    "InvalidS3Uri",
    "JobEnded",
    "JobFailed",
    "JobStopped",
    "JobsMissing",
    "LimitReached",
    "MalformedAnswer",
    "MalformedSummary",
    "ManifestEmpty",
    "ManifestMissing",
    "ManifestRefused",
    "ManifestTooLarge",
    "NoCredentials",
    "NoImageRead",
    "NoImages",
    "NotFound",
    "NotReady",
    "NothingAnalyzed",
    "ObjectUnreadable",
    "OverBudget",
    "PolicyMissing",
    "RekmediaError",
    "RequestChanged",
    "RequestRefused",
    "ReviewUnavailable",
    "ServiceClosed",
    "ServiceError",
    "StoppedWhileWaiting",
    "Throttled",
    "TokenReused",
    "TooManyFailed",
    "TooManyObjects",
    "Unavailable",
    "UnexpectedAnswer",
    "UnknownEvent",
    "UnknownRefusal",
    "UnknownStatus",
    "UnreadableActionLog",
    "UnreadableIndex",
    "UnreadableLedger",
    "UnreadableRecord",
    "UnreadableReport",
    "UnreadableReview",
    "UnreadableVerdicts",
    "WaitTimedOut",
    "WrongRegion",
    "error_class",
]
