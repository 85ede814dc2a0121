"""Writes the files of a per-image job, of which two attempts may write different versions at once."""

import hashlib
from typing import IO, Final

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["put_immutable"]

_DIGEST_DIGITS: Final = 16


def put_immutable(objects: S3Objects, folder: S3Uri, name: str, body: IO[bytes], content_type: str) -> S3Uri:
    """
    Write a file, and never replace another one.

    A file of that name with other bytes is of another attempt of the task. Then this file goes into a folder
    that is named by its bytes.

    :return: Where the file is.
    :raises ServiceError: S3 refused.
    """
    uri = folder.join(name)
    if objects.put_if_absent(uri, body, content_type):
        return uri
    body.seek(0)
    digest = hashlib.file_digest(body, "sha256").hexdigest()  # type: ignore[arg-type]
    if hashlib.sha256(objects.read(uri)).hexdigest() == digest:
        return uri
    uri = folder.join(f"{digest[:_DIGEST_DIGITS]}/{name}")
    body.seek(0)
    objects.put_if_absent(uri, body, content_type)
    return uri
