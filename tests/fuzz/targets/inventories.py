"""S3 Inventory reports: the same rows as CSV and as Parquet are the same images."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from urllib.parse import quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
from fuzz.memory_s3 import MemoryS3
from fuzz.mutations import lines_of

from airflow_provider_rekmedia.adapters.images.inventory import iter_inventory
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

#: Columns of Parquet, by their names in the schema of CSV.
_COLUMNS = {
    "Bucket": "bucket",
    "Key": "key",
    "IsLatest": "is_latest",
    "IsDeleteMarker": "is_delete_marker",
    "Size": "size",
    "LastModifiedDate": "last_modified_date",
    "ETag": "e_tag",
}
_ROW = {
    "Bucket": "photos",
    "Key": "in/1.jpg",
    "IsLatest": True,
    "IsDeleteMarker": False,
    "Size": 1024,
    "LastModifiedDate": "2026-11-20T12:00:00.000Z",
    "ETag": "70ee1738b6b21e2c8a43f3a5ab0eee71",
}
SCENE = {
    "report": {
        "sourceBucket": "photos",
        "destinationBucket": "arn:aws:s3:::out",
        "version": "2016-11-30",
        "creationTimestamp": "1795176000000",
        "fileFormat": "CSV",
        "fileSchema": ", ".join(_COLUMNS),
        "files": [{"key": "data", "size": 1}],
    },
    "rows": [_ROW, _ROW | {"Key": "in/é +%.jpg"}, _ROW | {"Key": "old.jpg", "IsLatest": False}],
}
WORDS = [*_COLUMNS, "Parquet", "CSV", "data", "2026-11-20T12:00:00", "9" * 25, "9" * 400, "arn:aws:s3:::out"]
_MANIFEST = S3Uri("out", "manifest.json")
#: Python's limit of a cell of CSV is 128 KiB, and a byte of a key may be encoded as three.
MAX_CHARS = 10_000


def check(scene):
    rows = [row for row in scene["rows"] if isinstance(row, dict)]
    _read(lines_of([scene["report"]]), _csv(rows))
    by_format = {"CSV": _read(_report("CSV"), _csv(rows))}
    if (body := _parquet(rows)) is not None:
        by_format["Parquet"] = _read(_report("Parquet"), body)
    expected = _expected(rows)
    for images in by_format.values():
        if expected is not None:
            assert images == expected
        for image in images or ():
            assert parse_s3_uri(str(image[0])) == image[0]


def _report(file_format):
    return json.dumps(SCENE["report"] | {"fileFormat": file_format}).encode()


def _read(report, data):
    """Return the images; ``None`` if the report was refused."""
    objects = S3Objects(MemoryS3({str(_MANIFEST): report, "s3://out/data": data}))
    try:
        found = list(iter_inventory(_MANIFEST, objects))
    except RekmediaError:
        return None
    assert all(image.modified_at is None or image.modified_at.tzinfo for image in found)
    return [(image.uri, image.size_bytes, image.etag, image.modified_at) for image in found]


def _csv(rows):
    text = io.StringIO()
    cells = ([_cell(name, row.get(name)) for name in _COLUMNS] for row in rows)
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(cells)
    return gzip.compress(text.getvalue().encode("utf-8", "surrogatepass"), mtime=0)


def _cell(name, value):
    if name == "Key" and isinstance(value, str):
        return quote_plus(value, errors="surrogatepass")
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _parquet(rows):
    """Return ``None`` if a column has values of several types."""
    try:
        columns = {column: pa.array([row.get(name) for row in rows]) for name, column in _COLUMNS.items()}
        file = io.BytesIO()
        pq.write_table(pa.table(columns), file)
    except (pa.ArrowException, UnicodeEncodeError, OverflowError):
        return None
    return file.getvalue()


def _expected(rows):
    """Return the images of rows as S3 writes them; ``None`` if a row has anything else."""
    images = []
    for row in rows:
        texts = [row.get(name) for name in ("Bucket", "Key", "ETag", "LastModifiedDate")]
        flags = [row.get("IsLatest"), row.get("IsDeleteMarker")]
        is_plain = all(
            isinstance(text, str) and 0 < len(text) < MAX_CHARS and _is_utf8(text) for text in texts
        )
        if (
            not is_plain
            or not all(isinstance(flag, bool) for flag in flags)
            or type(row.get("Size")) is not int
        ):
            return None
        if "/" in row["Bucket"] or '"' in row["ETag"] or not 0 <= row["Size"] < 2**60:
            return None
        try:
            modified = datetime.fromisoformat(row["LastModifiedDate"])
        except ValueError:
            return None
        modified = modified if modified.tzinfo else modified.replace(tzinfo=UTC)
        if flags == [True, False]:
            images.append((S3Uri(row["Bucket"], row["Key"]), row["Size"], row["ETag"], modified))
    return images


def _is_utf8(text):
    return text.encode(errors="replace").decode() == text
