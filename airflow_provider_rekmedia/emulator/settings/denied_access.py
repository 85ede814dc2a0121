"""Permissions that the caller does not have, as in an IAM policy with ``"Effect": "Deny"``."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from airflow_provider_rekmedia.emulator.protocol.operations import OPERATIONS

__all__ = ["ACTIONS", "DeniedAccess", "is_denied"]

#: The IAM actions that the emulator checks.
ACTIONS: Final = (
    "kms:GenerateDataKey",
    "s3:CreateBucket",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersion",
    "s3:DeleteObjectVersionTagging",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetObject",
    "s3:GetObjectLegalHold",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionTagging",
    "s3:ListAllMyBuckets",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:PutObject",
    "s3:PutObjectLegalHold",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
    "servicequotas:ListServiceQuotas",
    *(f"rekognition:{operation}" for operation in OPERATIONS),
)


class DeniedAccess(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    One denied action on some resources.

    :param action: glob on the names of IAM actions, such as ``s3:GetObject`` or ``s3:*``.
    :param resource: glob on ``bucket/key``; for ``s3:ListBucket`` on ``bucket/prefix``; for KMS on the key as
        the request names it. Actions of other services have no resource.
    """

    action: str
    resource: str = "*"

    def __post_init__(self) -> None:
        if not any(fnmatchcase(action, self.action) for action in ACTIONS):
            msg = f"the emulator does not check the action {self.action!r}; it checks {', '.join(ACTIONS)}"
            raise ValueError(msg)


def is_denied(denied: Iterable[DeniedAccess], action: str, resource: str = "") -> bool:
    """Whether one of the entries denies this action on this resource."""
    return any(
        fnmatchcase(action, entry.action) and fnmatchcase(resource, entry.resource) for entry in denied
    )
