"""A boto3 S3 client with its objects in memory, as far as ``S3Objects`` uses it."""

import hashlib
import io
from datetime import UTC, datetime
from types import SimpleNamespace

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class MemoryS3:
    """
    :param objects: Bodies by uri.
    """

    meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_, **__: None))

    def __init__(self, objects=()):
        self.objects = dict(objects)

    def get_object(self, *, Bucket, Key, **_):
        body = self._body(Bucket, Key, "GetObject")
        return {**_metadata(body), "Body": StreamingBody(io.BytesIO(body), len(body))}

    def head_object(self, *, Bucket, Key, **_):
        return _metadata(self._body(Bucket, Key, "HeadObject"))

    def put_object(self, *, Bucket, Key, Body, **_):
        self.objects[f"s3://{Bucket}/{Key}"] = Body if isinstance(Body, bytes) else Body.read()

    def delete_object(self, *, Bucket, Key):
        self.objects.pop(f"s3://{Bucket}/{Key}", None)

    def list_objects_v2(self, *, Bucket, Prefix, **_):
        """List all keys in one page."""
        bucket = f"s3://{Bucket}/"
        keys = sorted(
            (uri.removeprefix(bucket) for uri in self.objects if uri.startswith(bucket + Prefix)),
            key=str.encode,
        )
        rows = [
            {"Key": key, "Size": len(body), **_listed(body)}
            for key in keys
            for body in [self.objects[bucket + key]]
        ]
        return {"Contents": rows, "IsTruncated": False}

    def _body(self, bucket, key, operation):
        body = self.objects.get(f"s3://{bucket}/{key}")
        if body is None:
            error = {"Error": {"Code": "NoSuchKey"}, "ResponseMetadata": {"HTTPStatusCode": 404}}
            raise ClientError(error, operation)
        return body


def _listed(body):
    return {"ETag": f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"', "LastModified": NOON}


def _metadata(body):
    return {"ContentLength": len(body), **_listed(body)}
