"""Fill the demo's bucket before the run, and download it afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from .images.sample_images import SampleFile

__all__ = ["StoredBytes", "download_bucket", "fill_bucket", "read_objects"]


def fill_bucket(s3: Any, bucket: str, files: Iterable[SampleFile]) -> int:
    """
    Create a bucket and upload files, each with its own upload time.

    S3 sets an object's modification time itself. The Dag selects images of the day before, so this function
    changes the time inside moto, which runs in this process.

    :param s3: a boto3 client of an emulator in this process
    :return: the total size in bytes
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
            Tagging="album=demo",
        )
        stored = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket].keys[file.key]
        stored.last_modified = file.uploaded_at.replace(tzinfo=None)
        size_bytes += len(file.body)
    return size_bytes


@dataclass(frozen=True)
class StoredBytes:
    """What an object contains, and its tags."""

    body: bytes
    tags: Mapping[str, str]


def read_objects(s3: Any, bucket: str, prefix: str) -> dict[str, StoredBytes]:
    """Read every object below a prefix, by key."""
    objects = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", ()):
            place = {"Bucket": bucket, "Key": entry["Key"]}
            tags = s3.get_object_tagging(**place)["TagSet"]
            body = s3.get_object(**place)["Body"].read()
            objects[entry["Key"]] = StoredBytes(body, {tag["Key"]: tag["Value"] for tag in tags})
    return objects


def download_bucket(s3: Any, bucket: str, folder: Path) -> int:
    """
    Save every object of a bucket under a folder, because the emulator loses them when it stops.

    :return: the number of files
    """
    count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", ()):
            path = folder / entry["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())
            count += 1
    return count
