"""
A million objects to manifests: ours beside a plain boto3 paginator, in one run.

    python tests/benchmarks/listing.py [OBJECTS]

The stub S3 is a loopback server. It answers ListObjectsV2 pages as S3 writes them (order of elements,
checksum elements, url-encoded keys, 1,000 objects a page) and takes PutObject and DeleteObject; it keeps
nothing. Every contender runs in a process of its own; CPU time and memory are that process's alone.
"""

import http.server
import json
import os
import resource
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SMALL = 10_000
CONTENDERS = ("paginator", "listing", "manifests")
ROW = (
    "<Contents><Key>uploads/{day:02}/{number:07}-some+name.jpg</Key>"
    "<LastModified>2026-11-20T12:00:00.000Z</LastModified><ETag>&quot;{number:032x}&quot;</ETag>"
    "<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>"
    "<Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Name>photos</Name><Prefix>uploads%2F</Prefix><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>"
)


class StubS3(http.server.BaseHTTPRequestHandler):
    """One bucket of so many objects, in twenty folders."""

    protocol_version = "HTTP/1.1"
    objects = 0
    folders = 20

    def do_GET(self):
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if "list-type" not in query:
            self.answer(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")
        elif query["prefix"].startswith("manifests/"):
            self.answer(200, f"{HEAD}<IsTruncated>false</IsTruncated></ListBucketResult>".encode())
        elif query.get("delimiter"):
            self.answer(200, folders_page(self.folders))
        else:
            folder = query["prefix"].removeprefix("uploads/").strip("/")
            size = self.objects // self.folders
            low = int(folder) * size if folder else 0
            high = low + size if folder else self.objects
            self.answer(200, page(int(query.get("continuation-token", low)), high, size))

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200, b"")

    def do_DELETE(self):
        self.answer(204, b"")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/xml")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@lru_cache(maxsize=4096)
def page(start, high, per_folder):
    end = min(start + 1000, high)
    rows = "".join(ROW.format(day=n // per_folder, number=n, size=n % 90_000 + 1) for n in range(start, end))
    more = end < high
    token = f"<NextContinuationToken>{end}</NextContinuationToken>" if more else ""
    tail = f"<KeyCount>{end - start}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>{token}"
    return f"{HEAD}{tail}{rows}</ListBucketResult>".encode()


def folders_page(folders):
    rows = "".join(
        f"<CommonPrefixes><Prefix>uploads/{n:02}/</Prefix></CommonPrefixes>" for n in range(folders)
    )
    return f"{HEAD}<IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()


def client(port):
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="benchmark",
        aws_secret_access_key="benchmark",
        config=Config(s3={"addressing_style": "path"}),
    )


def paginator(port):
    pages = client(port).get_paginator("list_objects_v2").paginate(Bucket="photos", Prefix="uploads/")
    return sum(1 for page in pages for _ in page.get("Contents", ()))


def listing(port):
    from airflow_provider_rekmedia.adapters.s3 import S3Objects
    from airflow_provider_rekmedia.core.s3_uri import S3Uri

    return sum(1 for _ in S3Objects(client(port)).iter_objects(S3Uri("photos", "uploads/")))


def manifests(port):
    from airflow_provider_rekmedia.adapters.gathering import Wanted, gather
    from airflow_provider_rekmedia.adapters.manifest_set import ManifestSet
    from airflow_provider_rekmedia.adapters.s3 import S3Objects
    from airflow_provider_rekmedia.core.image_filter import ImageFilter
    from airflow_provider_rekmedia.core.s3_uri import S3Uri

    objects = S3Objects(client(port))
    wanted = Wanted(filter=ImageFilter(), ledger=None, scan="", max_attempts=3)
    with ManifestSet() as made:
        gather(objects.iter_objects(S3Uri("photos", "uploads/")), wanted, made, look=objects.look)
        index = made.write(objects, S3Uri("photos", "manifests/run"), max_images=10_000, about={})
    return sum(each["images"] for each in index["manifests"])


def contend(name, port):
    """Run one contender in this process, and print what it took."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    found = globals()[name](port)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"found": found, "cpu_s": cpu_s, "peak_mb": peak_mb()}))


def peak_mb():
    # Not ru_maxrss: a child inherits its parent's, and the server's pages would count.
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def run(name, objects):
    StubS3.objects = objects
    command = [sys.executable, __file__, "--contend", name, str(PORT)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["found"] == objects, told
    print(
        f"{name:10} {objects:>9,} objects  {told['cpu_s']:7.2f} CPU s  "
        f"{objects / told['cpu_s']:>9,.0f} keys per CPU s  {told['peak_mb']:6.0f} MB peak",
        flush=True,
    )
    return told


def main(objects):
    # The naive loop is too slow to wait for at full size; it is linear, so a tenth tells its rate.
    tenth = objects // 10
    naive = run("paginator", tenth)
    small = run("manifests", SMALL)
    ours = run("listing", objects)
    whole = run("manifests", objects)
    rate = tenth / naive["cpu_s"]
    print(f"listing:   {objects / ours['cpu_s'] / rate:.1f} times the paginator's keys per CPU second")
    print(f"manifests: {objects / whole['cpu_s'] / rate:.1f} times, with filter, spool, shards and uploads")
    grown = whole["peak_mb"] - small["peak_mb"]
    print(f"memory:    {grown:.0f} MB more for {objects:,} objects than for {SMALL:,}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--contend"]:
        contend(sys.argv[2], int(sys.argv[3]))
    else:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StubS3)
        PORT = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
        server.shutdown()
