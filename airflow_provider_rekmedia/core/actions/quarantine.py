"""Where the copy of an object is kept, and which places are refused."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["is_inside", "quarantine_uri", "refuse_inside"]

#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_MAX_KEY_BYTES: Final = 1_024


def quarantine_uri(quarantine: S3Uri, source: S3Uri, etag: str) -> S3Uri:
    """
    Return the uri of the copy: ``<quarantine><bucket>/<etag>/<key>``.

    The ETag is part of it, so that a key which is judged twice with other bytes has two copies. A retry finds
    the copy of its first try. If the key is too long, its SHA-256 takes its place.
    """
    folder = f"{quarantine.key}{source.bucket}/{etag}/"
    key = folder + source.key
    if len(key.encode()) > _MAX_KEY_BYTES:
        key = folder + sha256(source.key.encode()).hexdigest()
    return S3Uri(quarantine.bucket, key)


def is_inside(uri: S3Uri, prefix: S3Uri) -> bool:
    """Whether a prefix contains an object or another prefix."""
    return uri.bucket == prefix.bucket and uri.key.startswith(prefix.key)


def refuse_inside(argument: str, place: S3Uri, sources: Iterable[S3Uri]) -> None:
    """
    Refuse a prefix that a source contains: the next run would analyze what is in it, and pay for it again.

    :param argument: The argument that names the place, for the error.
    :param sources: Prefixes of the images.
    :raises InvalidArgument: The place is inside one of them.
    """
    for source in sources:
        if is_inside(place, source):
            problem = (
                f"it is inside {source}, where images are looked for, so the next run would analyze the "
                "copies again; use a prefix beside it, or another bucket"
            )
            raise InvalidArgument(argument=argument, value=str(place), problem=problem)
