"""Parses one row of a file that lists images, for every format of such a file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri

from .found_image import ARCHIVE_CLASSES, FoundImage

__all__ = ["URI_COLUMNS", "has_image_columns", "is_batch_operations_row", "parse_list_row"]

#: Columns that may have the uri. The first is the name in AWS's manifests.
URI_COLUMNS: Final = ("source-ref", "source_ref", "uri", "s3_uri", "image")

_BATCH_OPERATIONS_CELLS: Final = (2, 3)
#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_KEY_MARK: Final = re.compile(r"[./]|%2F")


def parse_list_row(row: Mapping[str, Any] | str | object) -> FoundImage:
    """
    Parse a row: a uri, or named columns.

    :param row: A text is the uri. Columns need a uri (see ``URI_COLUMNS``), or ``bucket`` and ``key``;
        ``size``, ``etag``, ``last_modified`` and ``storage_class`` are optional. Column names are
        case-insensitive. Other columns are ignored.
    :raises InvalidS3Uri: The row has no image.
    :raises ValueError: The size or the time is malformed.
    """
    if not isinstance(row, str | Mapping):
        raise InvalidS3Uri(uri=row, problem="it is neither text nor named columns")
    if isinstance(row, str):
        return FoundImage(parse_s3_uri(row.strip()))
    plain = {_plain(name): value for name, value in row.items()}
    given = next((plain[name] for name in URI_COLUMNS if plain.get(name)), None)
    if given is not None:
        uri = parse_s3_uri(given)
    elif plain.get("bucket") and plain.get("key"):
        uri = parse_s3_uri(f"s3://{plain['bucket']}/{plain['key']}")
    else:
        raise InvalidS3Uri(uri=dict(row), problem="it has neither a uri nor bucket and key")
    return FoundImage(
        uri,
        _parse_size(plain.get("size")),
        str(plain.get("etag") or "").strip('"') or None,
        _parse_time(plain.get("last_modified")),
        plain.get("storage_class") in ARCHIVE_CLASSES,
    )


def has_image_columns(header: Iterable[str]) -> bool:
    """Whether these columns identify an image: a uri, or bucket and key."""
    names = set(map(_plain, header))
    return not names.isdisjoint(URI_COLUMNS) or names >= {"bucket", "key"}


def is_batch_operations_row(cells: Sequence[str]) -> bool:
    """
    Whether these cells are a row of a manifest of S3 Batch Operations: bucket, key, and perhaps a version.

    A header of other columns is not such a row: the second cell must look like a key, with a dot or a slash.
    """
    return (
        len(cells) in _BATCH_OPERATIONS_CELLS
        and _BUCKET.fullmatch(cells[0]) is not None
        and _KEY_MARK.search(cells[1]) is not None
    )


def _plain(name: object) -> str:
    return str(name).strip().lower()


def _parse_size(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        size = int(value)
    except (TypeError, ValueError, OverflowError):
        size = -1
    if size < 0:
        problem = f"its size {value!r} is not a number of bytes"
        raise ValueError(problem)
    return size


def _parse_time(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        # Athena writes a timestamp with time zone as "2026-11-20 12:00:00.000 UTC".
        time = value if isinstance(value, datetime) else datetime.fromisoformat(value.removesuffix(" UTC"))
    except (AttributeError, TypeError, ValueError):
        problem = f"its last_modified {value!r} is not an ISO 8601 time"
        raise ValueError(problem) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
