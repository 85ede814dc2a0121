"""Says which permission a denied call needs."""

from typing import Final

from airflow_provider_rekmedia.core.errors import AccessDenied, ServiceError
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .finding import Finding, Outcome

__all__ = ["PROBE_NAME", "denied_write"]

#: The object that preflight writes, reads and deletes in each prefix. Athena ignores names with ``_``, and
#: the manifest operator ignores ``.txt``.
PROBE_NAME: Final = "_rekmedia_preflight.txt"

_ACTION_OF: Final = {
    "ListObjectsV2": "s3:ListBucket",
    "PutObject": "s3:PutObject",
    "GetObject": "s3:GetObject",
    "DeleteObject": "s3:DeleteObject",
}


def denied_write(subject: str, prefix: S3Uri, error: ServiceError, *, kms_key_id: str | None) -> Finding:
    """
    Return the finding for a refused call on a prefix that the run writes to, with the permission it needs.

    :param subject: The prefix, with its argument.
    :param kms_key_id: The key of the run; ``None`` is the bucket's own.
    """
    if not isinstance(error, AccessDenied):
        return Finding.of_error("write", subject, error)
    if "kms:" in error.message:
        allow = f"kms:GenerateDataKey and kms:Decrypt on the key {kms_key_id or 'of the bucket'}"
    elif error.operation == "ListObjectsV2":
        allow = f"s3:ListBucket on arn:aws:s3:::{prefix.bucket}"
    else:
        allow = f"{_ACTION_OF[error.operation]} on arn:aws:s3:::{prefix.bucket}/{prefix.key}*"
    return Finding(
        check="write",
        subject=subject,
        outcome=Outcome.FAILED,
        text=f"{error.operation} was denied ({error.message.rstrip('.')}). Allow {allow} to the identity of "
        "the connection. If it is allowed, check the policy of the bucket.",
    )
