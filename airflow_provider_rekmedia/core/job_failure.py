"""Why a job failed, and what to do for each failure code."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["FailureCode", "JobFailure"]


class FailureCode(StrEnum):
    """The codes of FailureDetails. AWS documents their names, but not their meaning."""

    INTERNAL_ERROR = "INTERNAL_ERROR"
    INVALID_S3_OBJECT = "INVALID_S3_OBJECT"
    # The call may be refused instead (unknown: bad-manifest, bad-output, caller-permissions).
    INVALID_MANIFEST = "INVALID_MANIFEST"
    INVALID_OUTPUT_CONFIG = "INVALID_OUTPUT_CONFIG"
    INVALID_KMS_KEY = "INVALID_KMS_KEY"
    ACCESS_DENIED = "ACCESS_DENIED"
    RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND"
    RESOURCE_NOT_READY = "RESOURCE_NOT_READY"
    THROTTLED = "THROTTLED"


#: After these codes, a new job for the same request can succeed.
#: So a job that lost its session is started again if its code is one of these (unknown: session-expiry).
_RETRYABLE: Final = frozenset(
    {FailureCode.INTERNAL_ERROR, FailureCode.RESOURCE_NOT_READY, FailureCode.THROTTLED}
)

# AWS publishes no definitions. The advice follows the exceptions of the same names.
# (unknown: failure-codes)
_ADVICE: Final = MappingProxyType(
    {
        FailureCode.INTERNAL_ERROR: "A fault of the service: a retry starts a new job.",
        FailureCode.INVALID_S3_OBJECT: "Check that the manifest still exists and that its bucket is in the "
        "job's region.",
        FailureCode.INVALID_MANIFEST: "Check the manifest: 1 to 10,000 JSON lines, at most 50 MB.",
        FailureCode.INVALID_OUTPUT_CONFIG: "Check that the output bucket exists, in the job's region, and "
        "can be written.",
        FailureCode.INVALID_KMS_KEY: "Check kms_key_id: a symmetric key, enabled, in the job's region.",
        FailureCode.ACCESS_DENIED: "Allow s3:GetObject on manifest and images, s3:PutObject on the output "
        "prefix, and the KMS key's use, to the connection's identity.",
        FailureCode.RESOURCE_NOT_FOUND: "Check project_version: the adapter does not exist.",
        FailureCode.RESOURCE_NOT_READY: "The adapter (project_version) was not usable yet: a retry starts "
        "a new job.",
        FailureCode.THROTTLED: "The account was throttled: a retry starts a new job; run fewer at once.",
    }
)


@dataclass(frozen=True, slots=True)
class JobFailure:
    """
    FailureDetails of a job.

    :param code: One of :class:`FailureCode`, or a code that AWS adds later.
    :param message: The message of AWS; may be empty.
    """

    code: str
    message: str

    @property
    def is_retryable(self) -> bool:
        """Whether a new job for the same request can succeed. An unknown code may be retried."""
        return self.code not in FailureCode.__members__ or self.code in _RETRYABLE

    @property
    def advice(self) -> str:
        """What to do about it."""
        if self.code not in FailureCode.__members__:
            return "This version does not know this code: a retry starts a new job."
        return _ADVICE[FailureCode(self.code)]
