"""One row of a file that lists images, whatever the file's format."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri

from .found_image import FoundImage

__all__ = ["URI_COLUMNS", "has_image_columns", "parse_list_row"]

#: Names under which a row may have the whole uri; the first is the manifest's own.
URI_COLUMNS: Final = ("source-ref", "source_ref", "uri", "s3_uri", "image")


def parse_list_row(row: Mapping[str, Any] | str | object) -> FoundImage:
    """
    Read a row: a uri, or named columns.

    :param row: Text is the uri. Of columns, one of ``source-ref``, ``uri``, ``s3_uri``, ``image``, or
        ``bucket`` with ``key``, must be there; ``size``, ``etag`` and ``last_modified`` may. The names' case
        does not matter; other columns are passed over.
    :raises InvalidS3Uri: It names no image.
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
        raise InvalidS3Uri(uri=dict(row), problem="it has neither uri nor bucket and key")
    return FoundImage(
        uri,
        _whole_number(plain.get("size")),
        str(plain.get("etag") or "").strip('"') or None,
        _moment(plain.get("last_modified")),
    )


def has_image_columns(header: Iterable[str]) -> bool:
    """Whether columns of these names can say which image a row is of."""
    names = set(map(_plain, header))
    return not names.isdisjoint(URI_COLUMNS) or names >= {"bucket", "key"}


def _plain(name: object) -> str:
    return str(name).strip().lower()


def _whole_number(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidS3Uri(uri=value, problem="it stands where a size in bytes should") from None


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidS3Uri(uri=value, problem="it stands where an ISO 8601 time should") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
