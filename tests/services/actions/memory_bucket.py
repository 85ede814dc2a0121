"""A boto3 S3 client in memory that keeps versions, tags and the preconditions that AWS documents."""

import hashlib
import io
import itertools
import re
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from airflow_provider_rekmedia.adapters.actions import object_calls

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def etag_of(body):
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


@dataclass
class Version:
    version_id: str | None
    body: bytes | None  # None is a delete marker
    tags: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    storage_class: str | None = None
    kms_key_id: str | None = None
    legal_hold: bool = False

    @property
    def etag(self):
        return etag_of(self.body if self.kms_key_id is None else self.body + str(self.version_id).encode())


class MemoryBucket:
    """
    All buckets of a client. One lock makes each call atomic.

    :param versioned: Names of buckets with versions.
    :param locked: Names of buckets with Object Lock.
    """

    def __init__(self, versioned=(), locked=()):
        self.keys: dict[tuple[str, str], list[Version]] = defaultdict(list)
        self.versioned = {*versioned, *locked}
        self.locked = set(locked)
        #: Called with the name and the arguments of each call before it is made.
        self.before_call = lambda name, arguments: None
        #: Every change that a call made: name, bucket, key, body.
        self.changes: list[tuple[str, str, str, bytes]] = []
        self._ids = (f"v{number:06}" for number in itertools.count())
        self._calls = threading.RLock()
        self.meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_, **__: None))

    def __getattr__(self, name):
        method = getattr(type(self), f"_{name}", None)
        if method is None:
            raise AttributeError(name)

        def call(**arguments):
            self.before_call(name, arguments)
            with self._calls:
                return method(self, **arguments)

        return call

    # What tests do.

    def put(self, bucket, key, body, **more):
        with self._calls:
            version_id = next(self._ids) if bucket in self.versioned else None
            if version_id is None:
                self.keys[bucket, key].clear()
            self.keys[bucket, key].append(Version(version_id, body, **more))
            return etag_of(body)

    def current(self, bucket, key):
        versions = self.keys.get((bucket, key))
        return versions[-1] if versions and versions[-1].body is not None else None

    def remove(self, bucket, key):
        with self._calls:
            if bucket in self.versioned:
                self.keys[bucket, key].append(Version(next(self._ids), None))
            else:
                self.keys[bucket, key].clear()

    # What boto3 has.

    def _put_object(self, Bucket, Key, Body, **_):
        self.put(Bucket, Key, Body if isinstance(Body, bytes) else Body.read())
        return {}

    def _head_object(self, Bucket, Key, VersionId=None, **_):
        return self._described(self._find(Bucket, Key, VersionId, "HeadObject", code="404"))

    def _get_object(self, Bucket, Key, VersionId=None, IfMatch=None, **_):
        found = self._find(Bucket, Key, VersionId, "GetObject")
        if IfMatch is not None and IfMatch.strip('"') != found.etag:
            refuse("PreconditionFailed", 412, "GetObject")
        return {**self._described(found), "Body": StreamingBody(io.BytesIO(found.body), len(found.body))}

    def _copy_object(self, Bucket, Key, CopySource, CopySourceIfMatch, **more):
        found = self._find(CopySource["Bucket"], CopySource["Key"], None, "CopyObject")
        unmatched = CopySourceIfMatch.strip('"') != found.etag
        occupied = header("If-None-Match") == "*" and self.current(Bucket, Key) is not None
        if unmatched or occupied:
            refuse("PreconditionFailed", 412, "CopyObject")
        assert header("If-None-Match") == "*"
        self.changes.append(("copy", Bucket, Key, found.body))
        self.put(
            Bucket,
            Key,
            found.body,
            tags=dict(found.tags),
            metadata=dict(found.metadata),
            storage_class=more.get("StorageClass"),
            kms_key_id=more.get("SSEKMSKeyId"),
        )
        return {}

    def _delete_object(self, Bucket, Key, VersionId=None, **_):
        if VersionId is not None:
            return self._delete_version(Bucket, Key, VersionId)
        found = self.current(Bucket, Key)
        if found is None or header("If-Match").strip('"') != found.etag:
            refuse("PreconditionFailed", 412, "DeleteObject")
        self.changes.append(("delete", Bucket, Key, found.body))
        self.remove(Bucket, Key)
        if Bucket not in self.versioned:
            return {}
        return {"DeleteMarker": True, "VersionId": self.keys[Bucket, Key][-1].version_id}

    def _delete_version(self, bucket, key, version_id):
        found = self._find(bucket, key, version_id, "DeleteObject", marker=True)
        if found.legal_hold:
            refuse("AccessDenied", 403, "DeleteObject")
        if found.body is not None:
            self.changes.append(("purge", bucket, key, found.body))
        self.keys[bucket, key].remove(found)
        return {}

    def _get_object_tagging(self, Bucket, Key, VersionId=None, **_):
        found = self._find(Bucket, Key, VersionId, "GetObjectTagging")
        return {"TagSet": [{"Key": name, "Value": text} for name, text in found.tags.items()]}

    def _put_object_tagging(self, Bucket, Key, Tagging, VersionId=None, **_):
        found = self._find(Bucket, Key, VersionId, "PutObjectTagging")
        tags = {tag["Key"]: tag["Value"] for tag in Tagging["TagSet"]}
        if len(tags) > 10:
            refuse("BadRequest", 400, "PutObjectTagging")
        self.changes.append(("tag", Bucket, Key, found.body))
        found.tags = tags
        return {}

    def _delete_object_tagging(self, Bucket, Key, VersionId=None, **_):
        self._find(Bucket, Key, VersionId, "DeleteObjectTagging").tags = {}
        return {}

    def _get_object_lock_configuration(self, Bucket):
        if Bucket not in self.locked:
            refuse("ObjectLockConfigurationNotFoundError", 404, "GetObjectLockConfiguration")
        return {}

    def _get_object_legal_hold(self, Bucket, Key, VersionId, **_):
        found = self._find(Bucket, Key, VersionId, "GetObjectLegalHold")
        return {"LegalHold": {"Status": "ON" if found.legal_hold else "OFF"}}

    def _get_paginator(self, name=None, **_):
        raise AssertionError(name)

    def get_paginator(self, name):
        assert name == "list_object_versions"
        return SimpleNamespace(paginate=self._version_pages)

    def _version_pages(self, Bucket, Prefix, **_):
        self.before_call("list_object_versions", {"Bucket": Bucket, "Prefix": Prefix})
        versions, markers = [], []
        for (bucket, key), found in self.keys.items():
            if bucket == Bucket and key.startswith(Prefix):
                for version in reversed(found):
                    row = {"Key": key, "VersionId": version.version_id or "null"}
                    row["IsLatest"] = version is found[-1]
                    if version.body is None:
                        markers.append(row)
                    else:
                        versions.append(row | {"ETag": f'"{version.etag}"'})
        yield {"Versions": versions, "DeleteMarkers": markers}

    def _list_objects_v2(self, Bucket, Prefix, **_):
        rows = [
            {"Key": key, "Size": len(found.body), "ETag": f'"{found.etag}"', "LastModified": NOON}
            for (bucket, key) in sorted(self.keys, key=lambda place: place[1].encode())
            if bucket == Bucket and key.startswith(Prefix)
            for found in [self.current(bucket, key)]
            if found
        ]
        return {"Contents": rows, "IsTruncated": False}

    def _find(self, bucket, key, version_id, operation, *, code="NoSuchKey", marker=False):
        if version_id is not None:
            for version in self.keys.get((bucket, key), ()):
                if version.version_id == version_id and (marker or version.body is not None):
                    return version
            refuse("NoSuchVersion", 404, operation)
        found = self.current(bucket, key)
        if found is None:
            refuse(code, 404, operation)
        return found

    def _described(self, found):
        described = {"ETag": f'"{found.etag}"', "ContentLength": len(found.body), "LastModified": NOON}
        if found.version_id:
            described["VersionId"] = found.version_id
        if found.storage_class:
            described["StorageClass"] = found.storage_class
        if found.kms_key_id:
            described |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": found.kms_key_id}
        return described


def header(name):
    """A header that the adapter adds to the call of this thread."""
    return (object_calls._headers.get() or {}).get(name, "")


def refuse(code, status, operation):
    raise refusal(code, status, operation)


def refusal(code, status, operation):
    operation = re.sub(r"(?:^|_)(\w)", lambda found: found[1].upper(), operation)
    error = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(error, operation)
