"""
Fetches one page of a listing with boto3, and parses it without botocore.

Nine tenths of the CPU time of boto3's paginator are botocore's response parser and dateutil. This module gets
the body of a ListObjectsV2 response before that parser does; botocore still does signing, retries, endpoints
and errors. If botocore does not pass the body on, botocore parses the page. Shape: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus
from xml.etree.ElementTree import ParseError, fromstring

from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.core.errors import MalformedAnswer
from airflow_provider_rekmedia.core.images.found_image import ARCHIVE_CLASSES, FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["ListPage", "fetch_list_page", "take_over_listing"]

#: With a wildcard, botocore calls it before its own ``before-parse.s3.*``, which parses the whole body once
#: more to look for an error that came with status 200.
_EVENT: Final = "before-parse.*.ListObjectsV2"
_BODY: Final = "RekmediaBody"
_NOTHING: Final = b"<ListBucketResult/>"
_ENDS: Final = (b"ListBucketResult>", b"ListBucketResult/>")
_OK: Final = 200
_ENCODED: Final = "<EncodingType>url</EncodingType>"
#: An object as S3 writes it with url-encoded keys. Any other form is parsed as XML, four times slower.
_AS_S3_WRITES: Final = re.compile(
    r"<Contents><Key>([^<&]*)</Key><LastModified>([^<]*Z)</LastModified>"
    r"<ETag>(?:&quot;|\")?([^<&\"]*)(?:&quot;|\")?</ETag>"
    r"(?:<Checksum(?:Algorithm|Type)>[^<]*</Checksum(?:Algorithm|Type)>)*<Size>(\d+)</Size>"
    r"(?:<StorageClass>([^<]*)</StorageClass>)?</Contents>"
)
#: Whether this module made the call of this thread; other calls get the response that botocore parses.
_is_ours: Final = ContextVar("rekmedia_listing", default=False)


@dataclass(frozen=True, slots=True)
class ListPage:
    """
    Up to 1,000 objects and, with a delimiter, the prefixes below.

    :param found: In the order of the keys' UTF-8 bytes.
    :param prefixes: Common prefixes, in the same order.
    :param next_token: For the page that follows; ``None`` at the last.
    """

    found: list[FoundImage]
    prefixes: list[str]
    next_token: str | None


def take_over_listing(client: "S3Client") -> None:
    """
    Register the event handler that :func:`fetch_list_page` needs; other callers' listings are not changed.

    :param client: It may be registered twice.
    """
    client.meta.events.register(_EVENT, _take_body, unique_id="rekmedia-listing")


def fetch_list_page(
    client: "S3Client",
    prefix: S3Uri,
    *,
    token: str | None = None,
    delimiter: str | None = None,
    start_after: str | None = None,
) -> ListPage:
    """
    List one page.

    :param client: A client that :func:`take_over_listing` was called with.
    :param prefix: The bucket, and what keys start with; may be empty.
    :param token: From the page before.
    :param delimiter: Groups keys by what they have up to it, beyond the prefix.
    :param start_after: Only keys after this one; it need not exist.
    :raises MalformedAnswer: The body is not a listing, or the next page has the same token.
    :raises ServiceError: S3 refused.
    """
    arguments: dict[str, Any] = {"Bucket": prefix.bucket, "Prefix": prefix.key, "EncodingType": "url"}
    if token is not None:
        arguments["ContinuationToken"] = token
    if delimiter is not None:
        arguments["Delimiter"] = delimiter
    if start_after is not None:
        arguments["StartAfter"] = start_after
    page = _fetch(client, prefix.bucket, arguments)
    if page.next_token is not None and page.next_token == token:
        raise MalformedAnswer(operation="ListObjectsV2", missing="another token than the page before")
    return page


def _fetch(client: "S3Client", bucket: str, arguments: dict[str, Any]) -> ListPage:
    response = _call(client, arguments, take_body=True)
    if _BODY in response:
        return _parse_page(response[_BODY], bucket)
    # botocore passed no body on: another version of it may have other events. Let it parse the page itself.
    if "IsTruncated" not in response:
        response = _call(client, arguments, take_body=False)
    return _page_of_botocore(response, bucket)


def _call(client: "S3Client", arguments: dict[str, Any], *, take_body: bool) -> Any:
    token = _is_ours.set(take_body)
    try:
        with refusals_of("ListObjectsV2", S3Uri(arguments["Bucket"], arguments.get("Prefix", ""))):
            return client.list_objects_v2(**arguments)
    finally:
        _is_ours.reset(token)


def _take_body(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    body = response_dict["body"]
    # botocore handles an error with status 200, and a truncated body: it retries.
    if _is_ours.get() and response_dict["status_code"] == _OK and body[-64:].rstrip().endswith(_ENDS):
        customized_response_dict[_BODY] = body
        response_dict["body"] = _NOTHING


def _parse_page(body: bytes, bucket: str) -> ListPage:
    try:
        return _parse_as_s3_writes(body.decode(), bucket) or _parse_xml(body, bucket)
    except (ParseError, ValueError) as problem:
        raise MalformedAnswer(operation="ListObjectsV2", missing=f"a readable page ({problem})") from problem
    except KeyError as missing:
        raise MalformedAnswer(operation="ListObjectsV2", missing=missing.args[0]) from missing


def _parse_as_s3_writes(text: str, bucket: str) -> ListPage | None:
    """Parse the objects by a pattern, and the rest as XML; ``None`` if an object does not match."""
    rows = _AS_S3_WRITES.findall(text)
    start, end = text.find("<Contents"), text.rfind("</Contents>") + len("</Contents>")
    if not rows or len(rows) != text.count("<Contents"):
        return None
    around = text[:start] + text[end:]
    if _ENCODED not in around:
        return None
    rest = _parse_xml(around.encode(), bucket)
    return ListPage(
        [
            FoundImage(
                S3Uri(bucket, _decode(key) if "%" in key or "+" in key else key),
                int(size),
                etag or None,
                datetime.fromisoformat(modified),
                storage_class in ARCHIVE_CLASSES,
            )
            for key, modified, etag, size, storage_class in rows
        ],
        rest.prefixes,
        rest.next_token,
    )


def _parse_xml(body: bytes, bucket: str) -> ListPage:
    """Parse any order of elements, any whitespace, with or without url-encoded keys."""
    root = fromstring(body)  # noqa: S314 the response of the endpoint that gets our credentials
    names = {node.tag: node.tag.rpartition("}")[2] for element in root for node in (element, *element)}
    rows = [(names[element.tag], {names[node.tag]: node.text or "" for node in element}) for element in root]
    fields = {names[element.tag]: element.text or "" for element in root}
    decode = _decode if fields.get("EncodingType") == "url" else str
    return ListPage(
        [
            FoundImage(
                S3Uri(bucket, decode(row["Key"])),
                int(row["Size"]),
                row.get("ETag", "").strip('"') or None,
                _in_utc(datetime.fromisoformat(row["LastModified"])),
                row.get("StorageClass") in ARCHIVE_CLASSES,
            )
            for kind, row in rows
            if kind == "Contents"
        ],
        [decode(row["Prefix"]) for kind, row in rows if kind == "CommonPrefixes"],
        fields["NextContinuationToken"] if fields.get("IsTruncated") == "true" else None,
    )


def _page_of_botocore(response: dict[str, Any], bucket: str) -> ListPage:
    """Convert a page that botocore parsed; ten times slower."""
    if "IsTruncated" not in response:
        raise MalformedAnswer(operation="ListObjectsV2", missing="ListBucketResult")
    if response["IsTruncated"] and not response.get("NextContinuationToken"):
        raise MalformedAnswer(operation="ListObjectsV2", missing="NextContinuationToken")
    decode = _decode if response.get("EncodingType") == "url" else str
    return ListPage(
        [
            FoundImage(
                S3Uri(bucket, decode(row["Key"])),
                row["Size"],
                row.get("ETag", "").strip('"') or None,
                _in_utc(row["LastModified"]),
                row.get("StorageClass") in ARCHIVE_CLASSES,
            )
            for row in response.get("Contents", ())
        ],
        [decode(row["Prefix"]) for row in response.get("CommonPrefixes", ())],
        response["NextContinuationToken"] if response["IsTruncated"] else None,
    )


def _decode(encoded: str) -> str:
    # Strict: a key with a replacement character would be another key.
    return unquote_plus(encoded, errors="strict")


def _in_utc(time: datetime) -> datetime:
    # AWS always writes a zone. A time without one, from another S3 server, would not compare with any other.
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
