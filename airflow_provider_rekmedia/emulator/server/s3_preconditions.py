"""
The preconditions of S3 that moto ignores, or ignored in old versions, checked before moto handles a request.

- PutObject: ``If-None-Match: *`` and ``If-Match``
- CopyObject: ``x-amz-copy-source-if-match`` and ``-if-none-match`` on the source, ``If-Match`` and
  ``If-None-Match`` on the destination
- DeleteObject: ``If-Match``
- DeleteObjects: an ETag for each object, in :mod:`s3_conditional_deletes`

A condition that does not hold is 412; conditions concern the current version.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
"""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs, unquote

from airflow_provider_rekmedia.emulator.protocol.messages import Response
from airflow_provider_rekmedia.emulator.protocol.s3_errors import encode_s3_error

__all__ = ["EtagOf", "check_preconditions", "has_etag"]

#: Returns the ETag of an object, without quotes; ``None`` if there is none. Arguments: bucket, key, version.
EtagOf = Callable[[str, str, str | None], str | None]

_SOURCE_MATCH: Final = "x-amz-copy-source-if-match"
_SOURCE_NONE_MATCH: Final = "x-amz-copy-source-if-none-match"


def check_preconditions(
    method: str, path: str, *, query: str, headers: Mapping[str, str], etag_of: EtagOf
) -> Response | None:
    """
    Check the conditions of one request on one object.

    :param path: decoded, such as ``/bucket/key``.
    :param headers: by name in lower case.
    :return: the error response; ``None`` means that moto handles the request.
    """
    bucket, _, key = path.lstrip("/").partition("/")
    if not key:
        return None
    if method == "PUT" and "x-amz-copy-source" in headers:
        return _check_copy(bucket, key, headers, etag_of)
    parameters = set(parse_qs(query, keep_blank_values=True)) - {"x-id"}
    if method == "PUT" and not parameters:
        return _check_put(headers, lambda: etag_of(bucket, key, None))
    # A version never changes, so S3 evaluates conditions on the current one only.
    if method == "DELETE" and "if-match" in headers and not parameters:
        return _failed("If-Match") if not has_etag(headers["if-match"], etag_of(bucket, key, None)) else None
    return None


def has_etag(condition: str, etag: str | None) -> bool:
    """Whether an object has the ETag that a condition names; ``*`` is any object."""
    wanted = condition.strip().strip('"')
    return etag is not None and wanted in ("*", etag)


def _check_copy(bucket: str, key: str, headers: Mapping[str, str], etag_of: EtagOf) -> Response | None:
    name, _, version = headers["x-amz-copy-source"].partition("?versionId=")
    source_bucket, _, source_key = unquote(name).lstrip("/").partition("/")
    source = etag_of(source_bucket, source_key, version or None)
    if source is None:
        return None  # moto's error says that there is no such key
    target = etag_of(bucket, key, None)
    if _SOURCE_MATCH in headers and not has_etag(headers[_SOURCE_MATCH], source):
        return _failed("x-amz-copy-source-If-Match")
    if _SOURCE_NONE_MATCH in headers and has_etag(headers[_SOURCE_NONE_MATCH], source):
        return _failed("x-amz-copy-source-If-None-Match")
    if "if-none-match" in headers and has_etag(headers["if-none-match"], target):
        return _failed("If-None-Match")
    if "if-match" in headers and not has_etag(headers["if-match"], target):
        return _failed("If-Match")
    return None


def _check_put(headers: Mapping[str, str], find_etag: Callable[[], str | None]) -> Response | None:
    if headers.get("if-none-match") == "*" and find_etag() is not None:
        return _failed("If-None-Match")
    if "if-match" not in headers:
        return None
    found = find_etag()
    if found is None:
        return encode_s3_error("NoSuchKey", "The specified key does not exist.", status=404)
    return None if has_etag(headers["if-match"], found) else _failed("If-Match")


def _failed(condition: str) -> Response:
    message = f"At least one of the pre-conditions you specified did not hold: {condition}"
    return encode_s3_error("PreconditionFailed", message, status=412)
