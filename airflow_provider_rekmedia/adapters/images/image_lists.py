"""Reads files in S3 that list images: lines of uris, JSON Lines, CSV, Parquet."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import IO, Any, Final
from urllib.parse import unquote_plus

from airflow_provider_rekmedia.adapters.parquet_rows import iter_parquet_rows
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import BadImageList, ExtraMissing
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.list_row import (
    has_image_columns,
    is_batch_operations_row,
    parse_list_row,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["iter_csv", "iter_image_list", "unzipped"]

_GZIP_MAGIC: Final = b"\x1f\x8b"

_Row = Mapping[str, Any] | str


def iter_image_list(uri: S3Uri, objects: S3Objects) -> Iterator[FoundImage]:
    """
    Read the images of a list, lazily and in the order of the file, which is copied to local disk.

    :param uri: The suffix is the format of the file. gzip is recognized by its first bytes.
    :raises BadImageList: A row names no image. Rows are never skipped silently.
    :raises ExtraMissing: The file is Parquet, and pyarrow is not installed.
    :raises ServiceError: S3 refused.
    """
    with objects.spooled(uri) as file:
        rows = _iter_rows(uri.key.lower().removesuffix(".gz"), file)
        number = 0
        try:
            for number, row in enumerate(rows, start=1):
                if row not in ({}, ""):
                    yield _parse_row(row, uri, number)
        except (ExtraMissing, BadImageList):
            raise  # they are ValueErrors too, but not errors of reading the file
        except (ValueError, csv.Error, OSError, EOFError, zlib.error, RecursionError) as problem:
            raise BadImageList(uri=str(uri), row=number + 1, problem=problem) from problem


def _parse_row(row: _Row, uri: S3Uri, number: int) -> FoundImage:
    try:
        return parse_list_row(row)
    except ValueError as problem:
        raise BadImageList(uri=str(uri), row=number, problem=problem) from problem


def unzipped(file: IO[bytes]) -> IO[bytes]:
    """Decompress a file if it is gzip."""
    is_zipped = file.read(2) == _GZIP_MAGIC
    file.seek(0)
    return gzip.open(file) if is_zipped else file  # type: ignore[return-value]


def _iter_rows(name: str, file: IO[bytes]) -> Iterator[_Row]:
    if name.endswith(".parquet"):
        return iter_parquet_rows(file)
    lines = unzipped(file)
    if name.endswith(".csv"):
        return _iter_with_header(iter_csv(lines))
    if name.endswith((".jsonl", ".ndjson")):
        return (_json_row(line) for line in lines)
    return (line.decode("utf-8-sig").rstrip("\r\n") for line in lines)


def iter_csv(file: IO[bytes]) -> Iterator[list[str]]:
    r"""Read the cells of CSV in UTF-8, lazily; a quoted cell may contain ``\n``, and must be closed."""
    return csv.reader((line.decode("utf-8-sig") for line in file), strict=True)


def _iter_with_header(rows: Iterator[list[str]]) -> Iterator[_Row]:
    """
    Name the cells by the first row.

    If the first row is a uri, the file has one column and no header. If it is a bucket and a key, the file is
    a manifest of S3 Batch Operations: no header, and url-encoded keys. Its versions are ignored.

    An unquoted comma in a key is refused: the part before it would name another image.
    """
    header = next(rows, None)
    if header is None:
        return
    if header[:1] and header[0].startswith("s3://"):
        rows, header = chain([header], rows), ["uri"]
    elif is_batch_operations_row(header) and not has_image_columns(header):
        rows, header = map(_decode_key, chain([header], rows)), ["bucket", "key", "version"]
    elif not has_image_columns(header):
        problem = f"{header} has no column that names images; name it uri, or bucket and key"
        raise ValueError(problem)
    else:
        yield {}  # for the header, so that row numbers are those of the file
    for row in rows:
        if len(row) > len(header):
            problem = f"{len(row)} cells where {len(header)} should be; quote a cell that holds a comma"
            raise ValueError(problem)
        yield dict(zip(header, row, strict=False))


def _decode_key(cells: list[str]) -> list[str]:
    """Decode the key of a row of S3 Batch Operations."""
    return [unquote_plus(cell, errors="strict") if place == 1 else cell for place, cell in enumerate(cells)]


def _json_row(line: bytes) -> Any:
    return json.loads(line) if line.strip() else {}
