"""One row of a file that lists images, whatever the file's format."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from .errors import InvalidS3Uri
from .found_image import FoundImage
from .s3_uri import S3Uri, parse_s3_uri

__all__ = ["URI_COLUMNS", "parse_list_row"]

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
        return FoundImage(_checked(parse_s3_uri(row.strip())))
    plain = {str(name).strip().lower(): value for name, value in row.items()}
    given = next((plain[name] for name in URI_COLUMNS if plain.get(name)), None)
    if given is not None:
        uri = parse_s3_uri(given)
    elif plain.get("bucket") and plain.get("key"):
        uri = S3Uri(str(plain["bucket"]), str(plain["key"]))
    else:
        raise InvalidS3Uri(uri=dict(row), problem="it has neither uri nor bucket and key")
    return FoundImage(
        _checked(uri),
        _whole_number(plain.get("size")),
        str(plain.get("etag") or "").strip('"') or None,
        _moment(plain.get("last_modified")),
    )


def _checked(uri: S3Uri) -> S3Uri:
    try:
        uri.key.encode()
    except UnicodeEncodeError:  # JSON may hold half a pair, as "\\ud800"
        raise InvalidS3Uri(uri=str(uri), problem="it holds half a surrogate pair, as no key can") from None
    return uri


def _whole_number(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise InvalidS3Uri(uri=value, problem="it stands where a size in bytes should") from None


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidS3Uri(uri=value, problem="it stands where an ISO 8601 time should") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
