"""
Compare the images of one shard with what S3 has now, in buckets of several sizes; next to HEAD requests only.

    python tests/benchmarks/unchanged.py [IMAGES]

The stub S3 is a loopback server in a process of its own. It returns ListObjectsV2 pages of 1,000 keys, and
HEAD responses. Each response waits as long as S3 typically does: 100 ms for a page, 20 ms for a HEAD
request. The shard has every n-th key of the bucket. Prices are those of us-east-1 (https://aws.amazon.com/s3/pricing/).
"""

import http.server
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PAGE_S = 0.1
HEAD_S = 0.02
USD_PER_PAGE = 0.005 / 1000
USD_PER_HEAD = 0.0004 / 1000
USD_PER_IMAGE = 0.001
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
#: The shard has every n-th key.
DENSITIES = (1, 10, 100, 1000)

ROW = (
    "<Contents><Key>uploads/{number:09}.jpg</Key><LastModified>2026-11-20T12:00:00.000Z</LastModified>"
    "<ETag>&quot;{number:032x}&quot;</ETag><Size>7</Size><StorageClass>STANDARD</StorageClass></Contents>"
)


class StubS3(http.server.BaseHTTPRequestHandler):
    """Serve a bucket of as many keys as nine digits have."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        start = int(re.search(r"\d{9}", query["start-after"][0])[0])
        rows = "".join(ROW.format(number=number) for number in range(start, start + 1000))
        body = (
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>photos</Name>'
            "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
            f"<NextContinuationToken>{start + 1000}</NextContinuationToken>{rows}</ListBucketResult>"
        )
        time.sleep(PAGE_S)
        self.answer(body.encode())

    def do_HEAD(self):
        number = int(re.search(r"\d{9}", unquote(self.path))[0])
        time.sleep(HEAD_S)
        self.answer(b"", {"ETag": f'"{number:032x}"', "Last-Modified": "Fri, 20 Nov 2026 12:00:00 GMT"})

    def answer(self, body, headers=None):
        self.send_response(200)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Counted:
    """The objects adapter; it counts requests."""

    def __init__(self, objects, *, can_list):
        self.objects = objects
        self.can_list = can_list
        self.pages = self.heads = 0

    def list_after(self, uri):
        if not self.can_list:
            from airflow_provider_rekmedia.core.errors import AccessDenied

            raise AccessDenied(operation="ListObjectsV2", code="403", message="", request_id="")
        self.pages += 1
        return self.objects.list_after(uri)

    def find_image(self, uri):
        self.heads += 1
        return self.objects.find_image(uri)


def main(images, port):
    import boto3
    from botocore.config import Config

    from airflow_provider_rekmedia.adapters.images.unchanged_images import find_unchanged
    from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
    from airflow_provider_rekmedia.core.images.found_image import FoundImage
    from airflow_provider_rekmedia.core.s3_uri import S3Uri

    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="benchmark",
        aws_secret_access_key="benchmark",
        config=Config(s3={"addressing_style": "path"}),
    )
    for every, can_list in [(every, True) for every in DENSITIES] + [(1, False)]:
        shard = [
            FoundImage(S3Uri("photos", f"uploads/{number:09}.jpg"), 7, f"{number:032x}", NOON)
            for number in range(0, images * every, every)
        ]
        objects = Counted(S3Objects(client), can_list=can_list)
        started, cpu = time.monotonic(), time.process_time()
        assert len(find_unchanged(shard, objects)) == images
        seconds, cpu = time.monotonic() - started, time.process_time() - cpu
        usd = objects.pages * USD_PER_PAGE + objects.heads * USD_PER_HEAD
        what = f"every {every:>5,}th key" if can_list else "HEAD requests only"
        print(
            f"{what:20} {objects.pages:>5,} pages {objects.heads:>7,} HEAD {seconds:7.1f} s {cpu:6.2f} CPU s "
            f"{usd:.6f} US dollars, {usd / (images * USD_PER_IMAGE):.4%} of the analysis",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StubS3)
        print(server.server_port, flush=True)
        server.serve_forever()
    else:
        serve = [sys.executable, __file__, "--serve"]
        with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as stub:
            sys.path.insert(0, str(Path(__file__).parents[2]))
            main(int(sys.argv[1]) if sys.argv[1:] else 10_000, int(stub.stdout.readline()))
            stub.terminate()
