"""
Reads S3 Inventory reports as a source of images.

Layout: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
"""

import csv
import hashlib
import logging
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any, Final
from urllib.parse import unquote_plus

import msgspec

from airflow_provider_rekmedia.adapters.parquet_rows import iter_parquet_rows
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import BadInventory, ExtraMissing
from airflow_provider_rekmedia.core.images.found_image import ARCHIVE_CLASSES, FoundImage
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

from .image_lists import iter_csv, unzipped

__all__ = ["iter_inventory"]

_LOG = logging.getLogger(__name__)

#: Parquet columns, by the name of the same field in the schema of a CSV report.
_PARQUET_NAMES: Final = {
    "Bucket": "bucket",
    "Key": "key",
    "IsLatest": "is_latest",
    "IsDeleteMarker": "is_delete_marker",
    "Size": "size",
    "LastModifiedDate": "last_modified_date",
    "ETag": "e_tag",
    "StorageClass": "storage_class",
}
_CHUNK_BYTES: Final = 1 << 20

_Row = Mapping[str, Any]


class _DataFile(msgspec.Struct, frozen=True):
    key: str
    md5: str | None = msgspec.field(name="MD5checksum", default=None)


class _Report(msgspec.Struct, frozen=True, rename="camel"):
    destination_bucket: str
    file_format: str
    file_schema: str
    files: tuple[_DataFile, ...]
    creation_timestamp: str | None = None


_REPORT_DECODER: Final = JsonFileDecoder(_Report, BadInventory)


def iter_inventory(manifest: S3Uri, objects: S3Objects) -> Iterator[FoundImage]:
    """
    Read the objects of a report, lazily, in its order; old versions and delete markers are skipped.

    :param manifest: The report's ``manifest.json``.
    :raises BadInventory: It is not a report, its format or schema is not supported, or a data file does not
        match its checksum.
    :raises ExtraMissing: The data is Parquet, and pyarrow is not installed.
    :raises ServiceError: S3 refused.
    """
    report = _read_report(manifest, objects)
    _LOG.info("The inventory %s has %d files, of %s", manifest, len(report.files), _age(report))
    bucket = report.destination_bucket.removeprefix("arn:aws:s3:::").rpartition(":")[2]
    for data_file in report.files:
        uri = S3Uri(bucket, data_file.key)
        with objects.spooled(uri) as file:
            _check_md5(uri, file, data_file.md5)
            try:
                for row in _iter_rows(report, file):
                    if _is_current(row):
                        yield _found(row)
            except ExtraMissing:
                raise  # it is a ValueError too, but not an error of the file
            except (KeyError, TypeError, ValueError, csv.Error, EOFError, OSError, zlib.error) as problem:
                raise BadInventory(uri=str(uri), problem=repr(problem)) from problem


def _read_report(manifest: S3Uri, objects: S3Objects) -> _Report:
    report = _REPORT_DECODER.decode(objects.read(manifest), str(manifest))
    if report.file_format not in ("CSV", "Parquet"):
        message = f"its data is {report.file_format}; configure the inventory for CSV or Parquet"
        raise BadInventory(uri=str(manifest), problem=message)
    return report


def _age(report: _Report) -> str:
    try:
        at = datetime.fromtimestamp(int(report.creation_timestamp or "") / 1000, UTC)
    except (ValueError, OverflowError):
        return "an unknown time"
    return at.isoformat(timespec="minutes")


def _check_md5(uri: S3Uri, file: IO[bytes], expected: str | None) -> None:
    digest = hashlib.md5(usedforsecurity=False)
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
    file.seek(0)
    if expected and digest.hexdigest() != expected.lower():
        raise BadInventory(
            uri=str(uri), problem=f"its MD5 is {digest.hexdigest()}, the report says {expected}"
        )


def _iter_rows(report: _Report, file: IO[bytes]) -> Iterator[_Row]:
    if report.file_format == "Parquet":
        for row in iter_parquet_rows(file, list(_PARQUET_NAMES.values())):
            yield {name: row.get(column) for name, column in _PARQUET_NAMES.items()}
        return
    columns = [name.strip() for name in report.file_schema.split(",")]
    for cells in iter_csv(unzipped(file)):
        row = dict(zip(columns, cells, strict=True))
        # "When you're using the CSV file format, the key name is URL-encoded and must be decoded."
        yield row | {"Key": unquote_plus(row["Key"], errors="strict")}


def _is_current(row: _Row) -> bool:
    # Text in CSV, booleans in Parquet; absent if the inventory has only current versions.
    is_latest = str(row.get("IsLatest")).lower() != "false"
    return is_latest and str(row.get("IsDeleteMarker")).lower() != "true"


def _found(row: _Row) -> FoundImage:
    size = row.get("Size")
    return FoundImage(
        _object_uri(row),
        None if size in (None, "") else int(size),
        _text(row, "ETag").strip('"') or None,
        _modified_at(row),
        row.get("StorageClass") in ARCHIVE_CLASSES,
    )


def _object_uri(row: _Row) -> S3Uri:
    uri = parse_s3_uri(f"s3://{row['Bucket']}/{row['Key']}")
    if (uri.bucket, uri.key) != (row["Bucket"], row["Key"]):
        problem = f"{row['Bucket']!r} and {row['Key']!r} are not a bucket and a key"
        raise ValueError(problem)
    return uri


def _modified_at(row: _Row) -> datetime | None:
    modified = row.get("LastModifiedDate")
    if not isinstance(modified, datetime):
        text = _text(row, "LastModifiedDate")
        modified = datetime.fromisoformat(text) if text else None
    return modified.replace(tzinfo=UTC) if modified and modified.tzinfo is None else modified


def _text(row: _Row, name: str) -> str:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        problem = f"{name} is a {type(value).__name__}, not text"
        raise ValueError(problem)
    return value or ""
