"""A boto3 S3 client with its objects in memory, as far as ``S3Objects`` uses it."""

import hashlib
import io
import threading
from datetime import UTC, datetime
from types import SimpleNamespace

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

_CODES = {404: "NoSuchKey", 412: "PreconditionFailed"}
_WRITING = threading.Lock()
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

    def put_object(self, *, Bucket, Key, Body, IfMatch=None, IfNoneMatch=None, **_):
        uri = f"s3://{Bucket}/{Key}"
        body = Body if isinstance(Body, bytes) else Body.read()
        with _WRITING:
            return self._put(uri, body, IfMatch, IfNoneMatch)

    def _put(self, uri, body, if_match, if_none_match):
        known = self.objects.get(uri)
        if if_match and known is None:
            raise _refusal(404, "PutObject")
        if (if_match and if_match != _etag(known)) or (if_none_match and known is not None):
            raise _refusal(412, "PutObject")
        self.objects[uri] = body
        return {"ETag": _etag(body)}

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
            raise _refusal(404, operation)
        return body


def _refusal(status, operation):
    error = {"Error": {"Code": _CODES[status]}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(error, operation)


def _etag(body):
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _listed(body):
    return {"ETag": _etag(body), "LastModified": NOON}


def _metadata(body):
    return {"ContentLength": len(body), **_listed(body)}
