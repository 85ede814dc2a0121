"""
A boto3 S3 client for the benchmark of actions: it keeps what is done to each object.

An object is two bytes of memory: whether it is there, and whether its copy is. Verdict files and the parts of
action logs are on disk. Object *n* has the same key and ETag in verdict files, at its old key and in the
quarantine.
"""

import gzip
import threading
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from night_s3 import ROW, Body, counted, listing, missing

from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import (
    ROWS_PER_FILE,
    DecidedBy,
    VerdictRow,
    encode_verdict_row,
)

SIZE = 1024
TAGS = [{"Key": "owner", "Value": "ann"}]


class Killed(BaseException):
    """The worker is gone."""


class ActionsS3:
    """
    Three buckets: ``photos``, ``ops`` with the logs, and ``quarantine``.

    :param images: Objects with a verdict, at most ``ROWS_PER_FILE`` in a file.
    :param folder: Where the parts of logs are stored.
    """

    meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_, **__: None))

    def __init__(self, images, folder):
        self.images, self.folder = images, Path(folder)
        self.lock = threading.Lock()
        self.requests = Counter()
        self.stub_cpu_s = 0.0
        self.put_bytes = 0
        self.puts_until_kill = None
        self.originals, self.copies = bytearray(b"\1" * images), bytearray(images)
        for file, uri in enumerate(self.verdict_uris()):
            self._write_verdicts(file, uri)

    def verdict_uris(self):
        return tuple(f"s3://ops/verdicts/{n:05d}.jsonl.gz" for n in range(-(-self.images // ROWS_PER_FILE)))

    @counted("HEAD")
    def head_object(self, *, Bucket, Key, **_):
        if Bucket == "ops" or not self._there(Bucket)[number_of(Key)]:
            raise missing()
        return {"ETag": f'"{number_of(Key):032x}"', "ContentLength": SIZE}

    @counted("COPY")
    def copy_object(self, *, Bucket, Key, CopySource, **_):
        source, number = self._there(CopySource["Bucket"]), number_of(Key)
        assert source[number], "a copy of nothing"
        self._there(Bucket)[number] = 1
        return {}

    @counted("DELETE")
    def delete_object(self, *, Bucket, Key, **_):
        self._there(Bucket)[number_of(Key)] = 0
        return {}

    @counted("GET")
    def get_object_tagging(self, **_):
        return {"TagSet": TAGS}

    @counted("PUT")
    def put_object_tagging(self, **_):
        return {}

    @counted("LIST")
    def list_objects_v2(self, *, Prefix, ContinuationToken=None, **_):
        names = sorted(path.name for path in self.folder.iterdir())
        keys = [name.replace("+", "/") for name in names]
        keys = [key for key in keys if key.startswith(Prefix) and key > (ContinuationToken or "")]
        rows = [ROW.format(key=key, etag="e", size=1) for key in keys[:1000]]
        return {"RekmediaBody": listing(rows, keys[999] if len(keys) > 1000 else None)}

    @counted("GET")
    def get_object(self, *, Key, **_):
        path = self._path(Key)
        if not path.exists():
            raise missing()
        return {"ContentLength": path.stat().st_size, "ETag": "e", "Body": Body(path.open("rb"))}

    @counted("PUT")
    def put_object(self, *, Key, Body, **_):
        with self.lock:
            if self.puts_until_kill is not None:
                self.puts_until_kill -= 1
                if self.puts_until_kill < 0:
                    raise Killed
        body = Body if isinstance(Body, bytes) else Body.read()
        self.put_bytes += len(body)
        self._path(Key).write_bytes(body)

    def _there(self, bucket):
        return {"photos": self.originals, "quarantine": self.copies}[bucket]

    def _path(self, key):
        return self.folder / key.replace("/", "+")

    def _write_verdicts(self, file, uri):
        numbers = range(file * ROWS_PER_FILE, min((file + 1) * ROWS_PER_FILE, self.images))
        with gzip.open(self._path(uri.removeprefix("s3://ops/")), "wb", compresslevel=1) as zipped:
            for number in numbers:
                zipped.write(encode_verdict_row(verdict_row(number)))


def key_of(number):
    return f"uploads/{number:09}-some name.jpg"


def number_of(key):
    return int(key.rpartition("/")[2][:9])


def verdict_row(number):
    return VerdictRow(
        uri=f"s3://photos/{key_of(number)}",
        bucket="photos",
        key=key_of(number),
        etag=f"{number:032x}",
        size_bytes=SIZE,
        last_modified=None,
        verdict=Decision.BLOCK,
        rule="Explicit",
        labels=(),
        confidence=97.5,
        decided_by=DecidedBy.POLICY,
        dag_id="nightly",
        run_id="1",
        job_id="job",
        model_version="7.0",
        policy=None,
        policy_digest="0" * 16,
    )
