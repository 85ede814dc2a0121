"""
The permissions that an S3 request needs, and the error if one of them is denied.

Only path-style requests are supported. SDKs send them when the endpoint is an IP address.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import parse_qs, unquote

from airflow_provider_rekmedia.emulator.protocol.messages import Response
from airflow_provider_rekmedia.emulator.protocol.s3_errors import encode_s3_error
from airflow_provider_rekmedia.emulator.settings.denied_access import is_denied
from airflow_provider_rekmedia.emulator.settings.settings import Settings

__all__ = ["check_s3_access", "iter_permissions"]

_OBJECT_ACTIONS: Final = {
    "GET": "s3:GetObject",
    "HEAD": "s3:GetObject",
    "PUT": "s3:PutObject",
    "POST": "s3:PutObject",
    "DELETE": "s3:DeleteObject",
}
_BUCKET_ACTIONS: Final = {
    "GET": "s3:ListBucket",
    "HEAD": "s3:ListBucket",
    "PUT": "s3:CreateBucket",
    "DELETE": "s3:DeleteBucket",
}
_DELETED_KEY: Final = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)


def check_s3_access(
    settings: Settings, method: str, path: str, *, query: str, headers: Mapping[str, str], body: bytes
) -> Response | None:
    """
    Check the permissions of one S3 request.

    :param path: decoded, such as ``/bucket/key``.
    :param headers: by name in lower case.
    :return: the error response; ``None`` means that nothing is denied.
    """
    for action, resource in iter_permissions(method, path, query=query, headers=headers, body=body):
        if is_denied(settings.denied_access, action, resource):
            return encode_s3_error("AccessDenied", f"Access Denied: {action} on {resource}", status=403)
    return None


def iter_permissions(
    method: str, path: str, *, query: str, headers: Mapping[str, str], body: bytes
) -> Iterator[tuple[str, str]]:
    """
    Yield the IAM actions that a request needs, each with its resource ``bucket/key``.

    :param path: decoded, such as ``/bucket/key``.
    :param headers: by name in lower case.
    """
    bucket, _, key = path.lstrip("/").partition("/")
    arguments = parse_qs(query, keep_blank_values=True)
    if not bucket:
        yield "s3:ListAllMyBuckets", ""
    elif key:
        yield from _object_permissions(method, f"{bucket}/{key}", arguments, headers)
    elif method == "POST" and "delete" in arguments:
        for name in _DELETED_KEY.findall(body):
            yield "s3:DeleteObject", f"{bucket}/{_unescape(name)}"
    elif "object-lock" in arguments:
        yield "s3:GetBucketObjectLockConfiguration", bucket
    elif "versions" in arguments:
        yield "s3:ListBucketVersions", f"{bucket}/{arguments.get('prefix', [''])[0]}"
    elif set(arguments) <= _LISTING_ARGUMENTS:
        yield _BUCKET_ACTIONS.get(method, ""), f"{bucket}/{arguments.get('prefix', [''])[0]}"


def _object_permissions(
    method: str, name: str, arguments: Mapping[str, list[str]], headers: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    version = "Version" if "versionId" in arguments else ""
    if "legal-hold" in arguments:
        yield "s3:GetObjectLegalHold" if method == "GET" else "s3:PutObjectLegalHold", name
        return
    if method == "PUT" and (kms_key := headers.get("x-amz-server-side-encryption-aws-kms-key-id")):
        yield "kms:GenerateDataKey", kms_key
    tagging = "Tagging" if "tagging" in arguments else ""
    yield _OBJECT_ACTIONS.get(method, "") + version + tagging, name
    if method == "DELETE" and "if-match" in headers:
        yield "s3:GetObject", name
    if source := headers.get("x-amz-copy-source"):
        copied = unquote(source.partition("?")[0]).lstrip("/")
        yield "s3:GetObject", copied
        if headers.get("x-amz-tagging-directive") == "COPY":
            yield "s3:GetObjectTagging", copied
            yield "s3:PutObjectTagging", name


#: Others, such as ``?versioning`` or ``?lifecycle``, need permissions that the emulator does not check.
_LISTING_ARGUMENTS: Final = frozenset(
    {
        "continuation-token",
        "delimiter",
        "encoding-type",
        "fetch-owner",
        "key-marker",
        "list-type",
        "marker",
        "max-keys",
        "prefix",
        "start-after",
        "version-id-marker",
        "versions",
    }
)


def _unescape(name: bytes) -> str:
    text = name.decode("utf-8", "replace")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text
