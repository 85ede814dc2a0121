"""
One page of a listing: the same boto3 client, with a parse of its own.

Of the CPU time of boto3's paginator nine tenths go to botocore's generic response parser and to dateutil. The
body of a ListObjectsV2 answer is taken over before that parser sees it; signing, retries, endpoints and
errors stay botocore's. Shape: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus
from xml.etree.ElementTree import ParseError, fromstring

from airflow_provider_rekmedia.core.errors import MalformedAnswer
from airflow_provider_rekmedia.core.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .refusals import refusals_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["ListPage", "fetch_list_page", "take_over_listing"]

#: botocore calls what is registered with a wildcard before what is not; its own handler of this event parses
#: the whole body, to look for an error in it, and would come before ``before-parse.s3.ListObjectsV2``.
_EVENT: Final = "before-parse.*.ListObjectsV2"
_BODY: Final = "RekmediaBody"
_NOTHING: Final = b"<ListBucketResult/>"
_OK: Final = 200
#: An answer of status 200 may still be an error; such a body is left to botocore.
_LISTING: Final = b"<ListBucketResult"
_HEAD_BYTES: Final = 1024
_ENCODED: Final = b"<EncodingType>url</EncodingType>"
#: An object as S3 writes it when keys are url-encoded. What does not look so is read as XML, four times
#: slower.
_AS_S3_WRITES: Final = re.compile(
    rb"<Contents><Key>([^<&]*)</Key><LastModified>([^<]*Z)</LastModified><ETag>([^<]*)</ETag>"
    rb"(?:<Checksum(?:Algorithm|Type)>[^<]*</Checksum(?:Algorithm|Type)>)*<Size>(\d+)</Size>"
    rb"(?:<StorageClass>[^<]*</StorageClass>)?</Contents>"
)


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
    Make the client's ``list_objects_v2`` hand its body on as it is; from then on it answers only this module.

    :param client: One that nobody else lists with.
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
    :raises MalformedAnswer: The body is no listing.
    :raises ServiceError: S3 refused.
    """
    where: dict[str, Any] = {"Bucket": prefix.bucket, "Prefix": prefix.key, "EncodingType": "url"}
    if token is not None:
        where["ContinuationToken"] = token
    if delimiter is not None:
        where["Delimiter"] = delimiter
    with refusals_of("ListObjectsV2"):
        answer: Any = client.list_objects_v2(**where)
    return _parse_page(answer[_BODY], prefix.bucket)


def _take_body(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    if response_dict["status_code"] == _OK and _LISTING in response_dict["body"][:_HEAD_BYTES]:
        customized_response_dict[_BODY] = response_dict["body"]
        response_dict["body"] = _NOTHING


def _parse_page(body: bytes, bucket: str) -> ListPage:
    try:
        rows = _AS_S3_WRITES.findall(body)
        if _ENCODED not in body or len(rows) != body.count(b"<Contents"):
            return _parse_xml(body, bucket)
        found = [_found(bucket, *map(bytes.decode, row)) for row in rows]
        return replace(_parse_xml(_AS_S3_WRITES.sub(b"", body), bucket), found=found)
    except (ParseError, ValueError) as problem:
        raise MalformedAnswer(operation="ListObjectsV2", missing=f"a readable page ({problem})") from problem
    except KeyError as missing:
        raise MalformedAnswer(operation="ListObjectsV2", missing=missing.args[0]) from missing


def _parse_xml(body: bytes, bucket: str) -> ListPage:
    """Read any order of elements, any whitespace, with or without the encoding that we ask for."""
    root = fromstring(body)  # noqa: S314 the answer of the endpoint that gets our credentials
    names = {child.tag: child.tag.rpartition("}")[2] for each in root for child in (each, *each)}
    rows = [{names[child.tag]: child.text or "" for child in each} for each in root]
    kinds = [names[each.tag] for each in root]
    told = {kind: each.text or "" for kind, each in zip(kinds, root, strict=True)}
    decode = unquote_plus if told.get("EncodingType") == "url" else str
    return ListPage(
        [
            _found(
                bucket,
                decode(row["Key"]),
                row["LastModified"],
                row.get("ETag", ""),
                row["Size"],
                decoded=True,
            )
            for kind, row in zip(kinds, rows, strict=True)
            if kind == "Contents"
        ],
        [decode(row["Prefix"]) for kind, row in zip(kinds, rows, strict=True) if kind == "CommonPrefixes"],
        told["NextContinuationToken"] if told.get("IsTruncated") == "true" else None,
    )


def _found(
    bucket: str, key: str, modified: str, etag: str, size: str, *, decoded: bool = False
) -> FoundImage:
    if not decoded:
        key = unquote_plus(key) if "%" in key else key.replace("+", " ")
    modified_at = datetime.fromisoformat(modified)
    etag = etag.replace("&quot;", "").strip('"')
    return FoundImage(S3Uri(bucket, key), int(size), etag or None, modified_at)
