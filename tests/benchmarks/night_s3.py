"""
A boto3 S3 client for the benchmark of a night: it generates what it returns, and counts requests.

It stores nothing but the merged segments of the ledger and their marker.

Image *n* of the night has the same key, size and ETag in listings, manifests, results and ledger. Three
images in ten have labels, as in ``results.py``, and one in a thousand failed.
"""

import gzip
import io
import json
import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache, wraps
from pathlib import Path
from types import SimpleNamespace

from botocore.exceptions import ClientError

IMAGES_PER_JOB = 10_000
FOLDERS = 20
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
#: One image in so many failed.
FAILED_EVERY = 1000
#: US dollars per request in us-east-1, https://aws.amazon.com/s3/pricing/.
PRICES = {"LIST": 5e-6, "PUT": 5e-6, "GET": 4e-7, "HEAD": 4e-7, "DELETE": 0.0}

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Name>photos</Name><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>"
)
ROW = (
    "<Contents><Key>{key}</Key><LastModified>2026-11-20T12:00:00.000Z</LastModified>"
    "<ETag>&quot;{etag}&quot;</ETag><Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
)


def counted(operation):
    """Count a request, and the CPU time of its stub, which is no part of the package."""

    def decorate(call):
        @wraps(call)
        def counted(self, **arguments):
            before = time.thread_time()
            try:
                return call(self, **arguments)
            finally:
                took = time.thread_time() - before
                with self.lock:
                    self.requests[operation] += 1
                    self.stub_cpu_s += took

        return counted

    return decorate


class NightS3:
    """
    The bucket of a night.

    :param images: A multiple of ``FOLDERS`` and ``IMAGES_PER_JOB``.
    :param folder: Where the ledger's new segments are stored.
    :param ledger_jobs: Jobs that the ledger has at first, a segment each.
    """

    meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_, **__: None))

    def __init__(self, images, folder, *, ledger_jobs=0):
        self.images = images
        self.per_folder = images // FOLDERS
        self.folder = Path(folder)
        self.segments = {f"ledger/entries/{job_id(n)}-0.jsonl.gz": n for n in range(ledger_jobs)}
        self.lock = threading.Lock()
        self.requests = Counter()
        self.stub_cpu_s = 0.0
        self.put_bytes = 0

    def uri(self, number):
        return f"s3://photos/{self._key(number)}"

    def _key(self, number):
        return f"uploads/{number // self.per_folder:02}/{number:09}-some name.jpg"

    @counted("LIST")
    def list_objects_v2(
        self, *, Bucket, Prefix, ContinuationToken=None, Delimiter=None, StartAfter=None, **_
    ):
        if Bucket != "photos":
            return {"RekmediaBody": self._ledger_page(Prefix, ContinuationToken)}
        if StartAfter is not None:  # the key of an image without its last characters
            first = int(StartAfter.split("/")[2][:9])
            return {"RekmediaBody": self._page(first, self.images)}
        folder = Prefix.removeprefix("uploads/").strip("/")
        low = int(folder) * self.per_folder if folder else 0
        high = low + self.per_folder if folder else self.images
        if Delimiter:
            return {"RekmediaBody": _folders_page()}
        return {"RekmediaBody": self._page(int(ContinuationToken or low), high)}

    @counted("GET")
    def get_object(self, *, Bucket, Key, **_):
        stored = self.folder / Key.replace("/", "-")
        if stored.exists():
            body = stored.open("rb")
            return {"ContentLength": stored.stat().st_size, "ETag": "e", "Body": Body(body)}
        body = self._generated(Key)
        if body is None:
            raise missing()
        return {"ContentLength": len(body), "ETag": "e", "Body": Body(io.BytesIO(body))}

    @counted("HEAD")
    def head_object(self, **_):
        raise missing()

    @counted("PUT")
    def put_object(self, *, Key, Body, **_):
        is_stored = Key.startswith(("ledger/entries/merged-", "ledger/last_merge"))
        path = self.folder / Key.replace("/", "-") if is_stored else Path("/dev/null")
        with path.open("wb") as file:
            source = io.BytesIO(Body) if isinstance(Body, bytes) else Body
            while block := source.read(1 << 20):
                self.put_bytes += len(block)
                file.write(block)
        if Key.startswith("ledger/entries/"):
            self.segments[Key] = None

    @counted("DELETE")
    def delete_object(self, *, Key, **_):
        self.segments.pop(Key, None)
        (self.folder / Key.replace("/", "-")).unlink(missing_ok=True)

    def _page(self, start, high):
        end = min(start + 1000, high)
        rows = (
            ROW.format(key=self._key(n).replace(" ", "+"), etag=f"{n:032x}", size=n % 90_000 + 1)
            for n in range(start, end)
        )
        return listing(rows, end if end < high else None)

    def _ledger_page(self, prefix, token):
        keys = sorted(key for key in self.segments if key.startswith(prefix) and key > (token or ""))
        sizes = {key: self._size(key) for key in keys[:1000]}
        rows = [ROW.format(key=key, etag="e", size=size) for key, size in sizes.items()]
        return listing(rows, keys[999] if len(keys) > 1000 else None)

    def _size(self, key):
        stored = self.folder / key.replace("/", "-")
        return stored.stat().st_size if stored.exists() else 400_000

    def _generated(self, key):
        name = key.rpartition("/")[2]
        if self.segments.get(key) is not None:
            return gzip.compress(b"".join(map(self._ledger_line, job_range(self.segments[key]))), 1)
        kind, _, number = name.removesuffix(".jsonl").partition("-")
        make = {"manifest": self._manifest, "results": self._results, "summary": self._summary}.get(kind)
        if key.startswith("manifests/_"):
            make = self._entries
        return make(job_range(int(number))) if make else None

    def _manifest(self, numbers):
        return b"".join(b'{"source-ref":"%b"}\n' % self.uri(n).encode() for n in numbers)

    def _entries(self, numbers):
        row = (
            '{{"source-ref":"{}","etag":"{:032x}","last_modified":"2026-11-20T12:00:00Z","size_bytes":{}}}\n'
        )
        return "".join(row.format(self.uri(n), n, n % 90_000 + 1) for n in numbers).encode()

    def _results(self, numbers):
        found = detections()
        line = '{{"source-ref":"{}","detect-moderation-labels":{}}}\n'
        numbers = (n for n in numbers if n % FAILED_EVERY)
        return "".join(line.format(self.uri(n), found[n * 7919 % len(found)]) for n in numbers).encode()

    def _summary(self, numbers):
        error = {"code": "INVALID_IMAGE_FORMAT", "message": "The image cannot be decoded."}
        errors = [{"source-ref": self.uri(n), **error} for n in numbers if not n % FAILED_EVERY]
        statistics = {
            "total-json-lines": len(numbers),
            "valid-json-lines": len(numbers),
            "invalid-json-lines": 0,
        }
        return json.dumps({"version": "1.0", "statistics": statistics, "errors": errors}).encode()

    def _ledger_line(self, number):
        return (
            f'{{"bucket":"photos","key":"{self._key(number)}","etag":"{number:032x}","scan":"",'
            '"status":"analyzed","attempts":1,"code":null,"permanent":false,"model_version":"7.0","engine":"bulk",'
            f'"job_id":"{job_id(number // IMAGES_PER_JOB)}","at":"2026-11-20T12:00:00Z"}}\n'
        ).encode()


def job_id(number):
    """Return an id of 64 digits, as the service returns."""
    return f"{number:064x}"


def job_range(number):
    return range(number * IMAGES_PER_JOB, (number + 1) * IMAGES_PER_JOB)


@lru_cache(maxsize=1)
def detections():
    """Return 997 detections: seven in ten have no label, the others one to three with their parents."""
    from airflow_provider_rekmedia.core.taxonomy import PARENT_OF

    dice = random.Random(7)  # noqa: S311 the same results every time
    names = list(PARENT_OF)
    made = []
    for _ in range(997):
        found = {}
        for _ in range(dice.choice([0, 0, 0, 0, 0, 0, 0, 1, 1, 3])):
            name, confidence = dice.choice(names), round(dice.uniform(50, 100), 4)
            while name:  # a parent has at least the confidence of the label below it
                found[name] = max(confidence, found.get(name, 0.0))
                name = PARENT_OF[name]
        labels = [
            {
                "Confidence": found[name],
                "Name": name,
                "ParentName": PARENT_OF[name],
                "TaxonomyLevel": _level(name),
            }
            for name in sorted(found)
        ]
        kinds = [{"Confidence": 90.5, "Name": "Animated"}] if dice.random() < 0.1 else []
        detection = {"ModerationLabels": labels, "ModerationModelVersion": "7.0", "ContentTypes": kinds}
        made.append(json.dumps(detection))
    return made


def _level(name):
    from airflow_provider_rekmedia.core.taxonomy import PARENT_OF

    parent = PARENT_OF[name]
    return 1 if not parent else 2 if not PARENT_OF[parent] else 3


def listing(rows, token):
    more = "" if token is None else f"<NextContinuationToken>{token}</NextContinuationToken>"
    is_truncated = str(token is not None).lower()
    return (
        f"{_HEAD}<IsTruncated>{is_truncated}</IsTruncated>{more}{''.join(rows)}</ListBucketResult>".encode()
    )


def _folders_page():
    rows = (f"<CommonPrefixes><Prefix>uploads/{n:02}/</Prefix></CommonPrefixes>" for n in range(FOLDERS))
    return listing(rows, None)


def missing():
    error = {"Error": {"Code": "NoSuchKey"}, "ResponseMetadata": {"HTTPStatusCode": 404}}
    return ClientError(error, "GetObject")


class Body:
    def __init__(self, file):
        self._file = file

    def read(self):
        with self._file:
            return self._file.read()

    def iter_chunks(self, size):
        with self._file:
            while chunk := self._file.read(size):
                yield chunk
