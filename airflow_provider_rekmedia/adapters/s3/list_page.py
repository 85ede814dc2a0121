"""
One page of a listing: the same boto3 client, with a parse of its own.

Of the CPU time of boto3's paginator nine tenths go to botocore's generic response parser and to dateutil. The
body of a ListObjectsV2 answer is taken over before that parser sees it; signing, retries, endpoints and
errors stay botocore's. Shape: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus
from xml.etree.ElementTree import ParseError, fromstring

from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.core.errors import MalformedAnswer
from airflow_provider_rekmedia.core.images.found_image import FoundImage
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
#: An object as S3 writes it when keys are url-encoded. What does not look so is read as XML, four times
#: slower.
_AS_S3_WRITES: Final = re.compile(
    r"<Contents><Key>([^<&]*)</Key><LastModified>([^<]*Z)</LastModified>"
    r"<ETag>(?:&quot;|\")?([^<&\"]*)(?:&quot;|\")?</ETag>"
    r"(?:<Checksum(?:Algorithm|Type)>[^<]*</Checksum(?:Algorithm|Type)>)*<Size>(\d+)</Size>"
    r"(?:<StorageClass>[^<]*</StorageClass>)?</Contents>"
)
#: Whether the call of this thread is ours; all others get botocore's own answer.
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
    Let :func:`fetch_list_page` take the body of the client's listings; calls of others are answered as ever.

    :param client: May be taken over twice.
    """
    client.meta.events.register(_EVENT, _take_body, unique_id="rekmedia-listing")


def fetch_list_page(
    client: "S3Client", prefix: S3Uri, *, token: str | None = None, delimiter: str | None = None
) -> ListPage:
    """
    List one page.

    :param client: One that :func:`take_over_listing` was called with.
    :param prefix: The bucket, and what keys start with; may be empty.
    :param token: From the page before.
    :param delimiter: Groups keys by what they have up to it, beyond the prefix.
    :raises MalformedAnswer: The body is no listing, or one that never ends.
    :raises ServiceError: S3 refused.
    """
    where: dict[str, Any] = {"Bucket": prefix.bucket, "Prefix": prefix.key, "EncodingType": "url"}
    if token is not None:
        where["ContinuationToken"] = token
    if delimiter is not None:
        where["Delimiter"] = delimiter
    before = _is_ours.set(True)
    try:
        with refusals_of("ListObjectsV2"):
            answer: Any = client.list_objects_v2(**where)
    finally:
        _is_ours.reset(before)
    if _BODY not in answer:
        raise MalformedAnswer(operation="ListObjectsV2", missing="ListBucketResult")
    page = _parse_page(answer[_BODY], prefix.bucket)
    if page.next_token is not None and page.next_token == token:
        raise MalformedAnswer(operation="ListObjectsV2", missing="another token than the page before")
    return page


def _take_body(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    body = response_dict["body"]
    # An error that comes with status 200, or an answer cut off, is left to botocore, which tries again.
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
    """Read the objects by their pattern, and the little around them as XML; ``None`` when it does not fit."""
    rows = _AS_S3_WRITES.findall(text)
    start, end = text.find("<Contents"), text.rfind("</Contents>") + len("</Contents>")
    if not rows or len(rows) != text.count("<Contents"):
        return None
    around = text[:start] + text[end:]
    if _ENCODED not in around:
        return None
    told = _parse_xml(around.encode(), bucket)
    return ListPage(
        [
            FoundImage(
                S3Uri(bucket, _decode(key) if "%" in key or "+" in key else key),
                int(size),
                etag or None,
                datetime.fromisoformat(modified),
            )
            for key, modified, etag, size in rows
        ],
        told.prefixes,
        told.next_token,
    )


def _parse_xml(body: bytes, bucket: str) -> ListPage:
    """Read any order of elements, any whitespace, with or without the encoding that we ask for."""
    root = fromstring(body)  # noqa: S314 the answer of the endpoint that gets our credentials
    names = {child.tag: child.tag.rpartition("}")[2] for each in root for child in (each, *each)}
    rows = [(names[each.tag], {names[child.tag]: child.text or "" for child in each}) for each in root]
    told = {names[each.tag]: each.text or "" for each in root}
    decode = _decode if told.get("EncodingType") == "url" else str
    return ListPage(
        [
            FoundImage(
                S3Uri(bucket, decode(row["Key"])),
                int(row["Size"]),
                row.get("ETag", "").strip('"') or None,
                datetime.fromisoformat(row["LastModified"]),
            )
            for kind, row in rows
            if kind == "Contents"
        ],
        [decode(row["Prefix"]) for kind, row in rows if kind == "CommonPrefixes"],
        told["NextContinuationToken"] if told.get("IsTruncated") == "true" else None,
    )


def _decode(encoded: str) -> str:
    # Strict: a key with a letter put in for what it is not would be another key.
    return unquote_plus(encoded, errors="strict")
