"""The permissions that each verb needs, with those for its undo and for buckets with versions."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from airflow_provider_rekmedia.core.actions.verb import Verb

__all__ = ["COMMON", "PERMISSIONS", "Place"]


class Place(StrEnum):
    """Where a permission is needed."""

    IMAGES = "images"
    QUARANTINE = "quarantine"
    BUCKETS = "buckets"


_Permissions = tuple[tuple[Place, tuple[str, ...]], ...]

#: Every verb asks for legal holds, in buckets with versions.
COMMON: Final[_Permissions] = (
    (Place.IMAGES, ("s3:GetObject", "s3:GetObjectLegalHold")),
    (Place.BUCKETS, ("s3:GetBucketObjectLockConfiguration",)),
)

PERMISSIONS: Final[Mapping[Verb, _Permissions]] = {
    Verb.TAG: (
        (
            Place.IMAGES,
            (
                "s3:DeleteObjectTagging",
                "s3:DeleteObjectVersionTagging",
                "s3:GetObjectTagging",
                "s3:GetObjectVersionTagging",
                "s3:PutObjectTagging",
                "s3:PutObjectVersionTagging",
            ),
        ),
    ),
    Verb.COPY: (
        (Place.IMAGES, ("s3:GetObjectTagging",)),
        (Place.QUARANTINE, ("s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging")),
    ),
    Verb.MOVE: (
        (
            Place.IMAGES,
            (
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
                "s3:GetObjectTagging",
                "s3:PutObject",
                "s3:PutObjectTagging",
            ),
        ),
        (
            Place.QUARANTINE,
            (
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:GetObjectTagging",
                "s3:PutObject",
                "s3:PutObjectTagging",
            ),
        ),
        (Place.BUCKETS, ("s3:ListBucketVersions",)),
    ),
    Verb.DELETE: (
        (Place.IMAGES, ("s3:DeleteObject", "s3:DeleteObjectVersion")),
        (Place.BUCKETS, ("s3:ListBucketVersions",)),
    ),
    Verb.CALL: (),
}
