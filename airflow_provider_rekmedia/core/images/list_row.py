"""Parses one row of a file that lists images, for every format of such a file."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri

from .found_image import FoundImage

__all__ = ["URI_COLUMNS", "has_image_columns", "parse_list_row"]

#: Columns that may have the uri. The first is the name in AWS's manifests.
URI_COLUMNS: Final = ("source-ref", "source_ref", "uri", "s3_uri", "image")


def parse_list_row(row: Mapping[str, Any] | str | object) -> FoundImage:
    """
    Parse a row: a uri, or named columns.

    :param row: A text is the uri. Columns need a uri (see ``URI_COLUMNS``), or ``bucket`` and ``key``;
        ``size``, ``etag`` and ``last_modified`` are optional. Column names are case-insensitive. Other
        columns are ignored.
    :raises InvalidS3Uri: The row has no image, or a value is malformed.
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
    )


def has_image_columns(header: Iterable[str]) -> bool:
    """Whether these columns identify an image: a uri, or bucket and key."""
    names = set(map(_plain, header))
    return not names.isdisjoint(URI_COLUMNS) or names >= {"bucket", "key"}


def _plain(name: object) -> str:
    return str(name).strip().lower()


def _parse_size(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        size_bytes = int(value)
    except (TypeError, ValueError, OverflowError):
        size_bytes = -1
    if size_bytes < 0:
        raise InvalidS3Uri(uri=value, problem="it is not a size in bytes")
    return size_bytes


def _parse_time(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidS3Uri(uri=value, problem="it is not an ISO 8601 time") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
