"""Pages of ListObjectsV2, read by this package and by botocore's own parser."""

import re
from collections.abc import Mapping
from datetime import UTC
from functools import cache
from xml.sax.saxutils import escape

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from airflow_provider_rekmedia.adapters.s3.list_page import fetch_list_page, take_over_listing
from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.s3_uri import S3Uri

_ROW = {
    "Key": "in/caf%C3%A9+1.jpg",
    "LastModified": "2026-11-20T12:00:00.000Z",
    "ETag": '"70ee1738b6b21e2c8a43f3a5ab0eee71"',
    "Size": "1024",
    "StorageClass": "STANDARD",
}
SCENE = {
    "rows": [_ROW, _ROW | {"Key": "in/2.jpg", "Size": "0"}, _ROW | {"Key": "in/3.jpg", "Owner": {"ID": "7"}}],
    "prefixes": ["in/a/", "in/b%20c/"],
    "rest": {
        "Name": "photos",
        "Prefix": "in/",
        "IsTruncated": "false",
        "EncodingType": "url",
        "KeyCount": "3",
    },
}
WORDS = [
    *(
        "Key",
        "Size",
        "ETag",
        "LastModified",
        "NextContinuationToken",
        "Contents",
        "Prefix",
        "ChecksumAlgorithm",
    ),
    *("true", "url", "%FF", "%E9%", "a&b<c>", "2026-11-20T12:00:00", "2026-11-20T13:00:00+01:00", "GLACIER"),
]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z")
_KEY = re.compile(r"([\w/.+]|%[2-7][0-9A-F]|%C3%A9)+", re.ASCII)


def check(scene):
    body = _body(scene)
    try:
        page = fetch_list_page(_client(body, is_ours=True), S3Uri("photos", "in/"))
    except RekmediaError:
        assert not _is_plain(scene), "a page as S3 writes it was refused"
        return
    try:
        expected = _client(body, is_ours=False).list_objects_v2(Bucket="photos", Prefix="in/")
    except (BotoCoreError, ClientError, ValueError, KeyError):
        return  # botocore parses elements that this package does not need, such as KeyCount
    rows = expected.get("Contents", [])
    assert [image.uri for image in page.found] == [S3Uri("photos", row["Key"]) for row in rows]
    assert [image.size_bytes for image in page.found] == [row["Size"] for row in rows]
    assert [image.etag for image in page.found] == [row.get("ETag", "").strip('"') or None for row in rows]
    assert [image.modified_at for image in page.found] == [_in_utc(row["LastModified"]) for row in rows]
    assert page.prefixes == [row["Prefix"] for row in expected.get("CommonPrefixes", [])]
    assert page.next_token == (expected.get("NextContinuationToken") if expected.get("IsTruncated") else None)


def _in_utc(time):
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _is_plain(scene):
    """Whether each row has what S3 always writes, in any order and with any other elements beside it."""
    return (
        scene["rest"] == SCENE["rest"]
        and all(map(_is_plain_row, scene["rows"]))
        and _are_keys(scene["prefixes"])
    )


def _is_plain_row(row):
    if (
        not isinstance(row, dict)
        or not isinstance(row.get("LastModified"), str)
        or not _are_keys([row.get("Key")])
    ):
        return False
    return all(map(_is_text, row.values())) and bool(
        _TIME.fullmatch(row["LastModified"]) and str(row.get("Size")).isdigit()
    )


def _are_keys(values):
    return all(isinstance(key, str) and _KEY.fullmatch(key) for key in values)


def _is_text(value):
    texts = value.values() if isinstance(value, dict) else [value]
    return all(isinstance(text, str) and text.isprintable() for text in texts)


def _body(scene):
    rows = "".join(_element("Contents", row) for row in scene["rows"])
    prefixes = "".join(_element("CommonPrefixes", {"Prefix": prefix}) for prefix in scene["prefixes"])
    rest = "".join(_element(name, value) for name, value in scene["rest"].items())
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    return f"{head}{rest}{rows}{prefixes}</ListBucketResult>".encode("utf-8", "surrogatepass")


def _element(name, value):
    """A list is an element that occurs several times."""
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, Mapping):
        inner = "".join(_element(member, item) for member, item in value.items() if member.isalpha())
    else:
        inner = escape("" if value is None else str(value), {'"': "&quot;"})
    return f"<{name}>{inner}</{name}>"


def _client(body, *, is_ours):
    client, responses = _client_and_responses(is_ours)
    responses[:] = [body]
    return client


@cache
def _client_and_responses(is_ours):
    """Return a client that sends nothing, and the list of its one response: a handler cannot be replaced."""
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    client = boto3.Session("test", "test", region_name="us-east-1").client("s3", config=config)
    responses = []

    def respond(**_):
        return AWSResponse("https://s3", 200, {}, _Body(responses[0]))

    client.meta.events.register("before-send.s3.ListObjectsV2", respond)
    if is_ours:
        take_over_listing(client)
    return client, responses


class _Body:
    """urllib3's response, as far as botocore reads it."""

    def __init__(self, body):
        self._body = body

    def stream(self, **_):
        yield self._body
