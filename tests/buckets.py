"""Buckets for tests."""

from typing import Any


def create_buckets(s3: Any, *names: str) -> None:
    """
    Create empty buckets in us-east-1.

    :param s3: A boto3 client.
    """
    for name in names:
        s3.create_bucket(Bucket=name)
