"""A real boto3 S3 client whose HTTP requests are answered by ``actions_s3.py``, each after a latency."""

import io
import time
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from urllib3 import HTTPResponse

_COPIED = b"<CopyObjectResult><ETag>&quot;e&quot;</ETag></CopyObjectResult>"
_NO_KEY = b"<Error><Code>NoSuchKey</Code></Error>"


def client_of(s3, latency_s, connections):
    """Return a client: signing, serialization and parsing are botocore's; sockets and TLS are left out."""
    config = Config(
        s3={"addressing_style": "path"},
        max_pool_connections=connections,
        retries={"total_max_attempts": 1},
        request_checksum_calculation="when_required",
    )
    client = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",
        config=config,
    )

    def answer(request, **_):
        time.sleep(latency_s)
        try:
            status, headers, body = _answer(s3, request)
        except ClientError:
            status, headers, body = 404, {}, b"" if request.method == "HEAD" else _NO_KEY
        raw = HTTPResponse(
            body=io.BytesIO(body),
            headers=headers,
            status=status,
            preload_content=False,
            request_method=request.method,
        )
        return AWSResponse(request.url, status, raw.headers, raw)

    client.meta.events.register("before-send.s3", answer)
    return client


def _answer(s3, request):
    url = urlsplit(request.url)
    bucket, _, key = unquote(url.path).removeprefix("/").partition("/")
    place = {"Bucket": bucket, "Key": key}
    match request.method:
        case "HEAD":
            found = s3.head_object(**place)
            return 200, {"ETag": found["ETag"], "Content-Length": str(found["ContentLength"])}, b""
        case "GET" if not key:
            found = s3.list_objects_v2(Prefix=parse_qs(url.query)["prefix"][0])
            return 200, {}, found["RekmediaBody"]
        case "GET":
            body = s3.get_object(**place)["Body"].read()
            return 200, {"ETag": '"e"', "Content-Length": str(len(body))}, body
        case "PUT" if source := request.headers.get("x-amz-copy-source"):
            source_bucket, _, source_key = unquote(_text(source)).partition("/")
            s3.copy_object(**place, CopySource={"Bucket": source_bucket, "Key": source_key})
            return 200, {}, _COPIED
        case "PUT":
            s3.put_object(**place, Body=request.body or b"")
            return 200, {"ETag": '"e"'}, b""
        case "DELETE":
            s3.delete_object(**place)
            return 204, {}, b""
    raise NotImplementedError(request.method)


def _text(value):
    return value.decode() if isinstance(value, bytes) else value
