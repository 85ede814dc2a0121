"""Lists of images: the same rows as CSV, JSON Lines and Parquet are the same images, or are refused."""

import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
from fuzz.memory_s3 import MemoryS3
from fuzz.mutations import lines_of

from airflow_provider_rekmedia.adapters.images.image_lists import iter_image_list
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

_COLUMNS = ("uri", "bucket", "key", "size", "etag", "last_modified")
_ROW = {"uri": "s3://photos/1.jpg", "size": "1024", "etag": '"70ee"', "last_modified": "2026-11-20T12:00:00Z"}
SCENE = {
    "rows": [
        _ROW,
        {"bucket": "photos", "key": "é,2.jpg"},
        {"uri": "s3://photos/a b.jpg", "last_modified": "2026-11-20"},
    ],
    "lines": ["s3://photos/1.jpg", '{"source-ref": "s3://photos/2.jpg"}', "uri,size", "s3://photos/3.jpg,7"],
}
WORDS = [
    *_COLUMNS,
    "source-ref",
    " URI ",
    "s3_uri",
    "image",
    "1_000",
    "٣",
    "2026-11-20T12:00:00.5+01:00",
    "0001-01-01",
]

#: Python's limit of a cell is 128 KiB; a key of S3 has at most 1,024 bytes.
MAX_CHARS = 100_000


def check(scene):
    for suffix in (".txt", ".csv", ".jsonl", ".parquet", ".csv.gz"):
        _read(suffix, lines_of(scene["lines"]))  # nothing but an error of the tree
    rows = [_texts(row) for row in scene["rows"] if isinstance(row, dict)]
    if not _is_utf8(rows) or any(len(text) > MAX_CHARS for row in rows for text in row.values()):
        return
    as_lines = _read(".jsonl", lines_of(rows))
    assert _read(".csv.gz", gzip.compress(_csv(rows))) == as_lines
    if rows:
        assert _read(".parquet", _parquet(rows)) == as_lines
    uris = [str(image[0]) for image in as_lines or ()]
    if all(uri == uri.strip() and len(uri.splitlines()) == 1 for uri in uris):
        assert _read(".txt", "".join(f"{uri}\r\n" for uri in uris).encode()) == _only_uris(uris)


def _only_uris(uris):
    return [(parse_s3_uri(uri), None, None, None) for uri in uris]


def _texts(row):
    """A cell of CSV is text, so the row has texts only; null is an empty cell."""
    return {name: "" if row.get(name) is None else str(row[name]) for name in _COLUMNS}


def _is_utf8(rows):
    return json.dumps(rows, ensure_ascii=False).encode(errors="replace").decode() == json.dumps(
        rows, ensure_ascii=False
    )


def _read(suffix, body):
    """Return the images; ``None`` if the list was refused."""
    uri = S3Uri("out", f"list{suffix}")
    try:
        found = list(iter_image_list(uri, S3Objects(MemoryS3({str(uri): body}))))
    except RekmediaError:
        return None
    for image in found:
        assert parse_s3_uri(str(image.uri)) == image.uri
        assert image.size_bytes is None or image.size_bytes >= 0
        assert image.modified_at is None or image.modified_at.tzinfo
    return [(image.uri, image.size_bytes, image.etag, image.modified_at) for image in found]


def _csv(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _parquet(rows):
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), file)
    return file.getvalue()
