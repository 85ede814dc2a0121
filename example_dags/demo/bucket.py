"""The demo's bucket: filled before the night, saved to disk after it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from demo.sample_images import SampleFile

__all__ = ["copy_bucket", "fill_bucket"]


def fill_bucket(s3: Any, bucket: str, files: Iterable[SampleFile]) -> int:
    """
    Make a bucket and put files into it, as if each had been uploaded at its time.

    S3 dates an object by its clock; only moto, in this very process, can be told otherwise. Without it a
    night would find nothing: it looks at the day before.

    :param s3: a boto3 client of an emulator in this process
    :return: their bytes
    """
    s3.create_bucket(Bucket=bucket)
    size_bytes = 0
    for file in files:
        s3.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.body,
            ContentType=file.content_type,
            Metadata=dict(file.metadata),
        )
        stored = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket].keys[file.key]
        stored.last_modified = file.uploaded_at.replace(tzinfo=None)
        size_bytes += len(file.body)
    return size_bytes


def copy_bucket(s3: Any, bucket: str, folder: Path) -> int:
    """
    Save everything that lies in a bucket under a folder, for it ends with the process.

    :return: how many files
    """
    count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", ()):
            path = folder / entry["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())
            count += 1
    return count
