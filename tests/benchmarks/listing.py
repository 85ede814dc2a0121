"""
List a million objects, write their manifests, and compare them with a ledger that has them all; next to a
plain boto3 paginator, in one run.

    python tests/benchmarks/listing.py [OBJECTS]

The stub S3 is a loopback server. It returns ListObjectsV2 pages as S3 writes them (order of elements,
checksum elements, url-encoded keys, 1,000 objects per page) and serves the ledger. It accepts PutObject and
DeleteObject, and stores nothing. Every contender runs in its own process; CPU time and memory are of that
process only.
"""

import gzip
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

LEDGER_PAGE = (
    f"{HEAD}<IsTruncated>false</IsTruncated><Contents><Key>ledger/entries/job.jsonl.gz</Key>"
    "<LastModified>2026-11-20T12:00:00.000Z</LastModified><ETag>&quot;0&quot;</ETag><Size>1</Size></Contents>"
    "</ListBucketResult>"
)


class StubS3(http.server.BaseHTTPRequestHandler):
    """Serve one bucket with ``objects`` objects in twenty folders."""

    protocol_version = "HTTP/1.1"
    objects = 0
    folders = 20

    def do_GET(self):
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if self.path.endswith("ledger/entries/job.jsonl.gz"):
            self.answer(200, ledger(self.objects, self.objects // self.folders))
        elif query.get("prefix", "").startswith("ledger/"):
            self.answer(200, LEDGER_PAGE.encode())
        elif "list-type" not in query:
            self.answer(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")
        elif query.get("delimiter"):
            self.answer(200, folders_page(self.folders))
        else:
            folder = query["prefix"].removeprefix("uploads/").strip("/")
            size = self.objects // self.folders
            low = int(folder) * size if folder else 0
            high = low + size if folder else self.objects
            self.answer(200, page(int(query.get("continuation-token", low)), high, size))

    def do_HEAD(self):
        self.answer(404, b"")

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200, b"")

    def do_DELETE(self):
        self.answer(204, b"")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/xml")
        self.send_header("ETag", '"0"')
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


@lru_cache(maxsize=1)
def ledger(objects, per_folder):
    """Build one segment that has every object as analyzed."""
    known = {"scan": "", "status": "analyzed", "attempts": 1, "code": None, "permanent": False}
    known |= {"model_version": "7.0", "engine": "bulk", "job_id": "f" * 64, "at": "2026-11-20T12:00:00Z"}
    lines = (
        json.dumps(
            {
                "bucket": "photos",
                "key": f"uploads/{n // per_folder:02}/{n:07}-some name.jpg",
                "etag": f"{n:032x}",
                **known,
            }
        )
        for n in range(objects)
    )
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), 1)


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
    from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
    from airflow_provider_rekmedia.core.s3_uri import S3Uri

    return sum(1 for _ in S3Objects(client(port)).iter_objects(S3Uri("photos", "uploads/")))


def manifests(port, *, ledger=False):
    from airflow_provider_rekmedia.adapters.images.manifest_set import ManifestSet
    from airflow_provider_rekmedia.adapters.ledger import Ledger
    from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
    from airflow_provider_rekmedia.core.images.estimate import estimate
    from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
    from airflow_provider_rekmedia.core.s3_uri import S3Uri
    from airflow_provider_rekmedia.services.images.select_images import ImageSelection, select_images

    objects = S3Objects(client(port))
    known = Ledger(objects, S3Uri("photos", "ledger/")) if ledger else None
    wanted = ImageSelection(filter=ImageFilter(), ledger=known, scan="", max_attempts=3)
    with ManifestSet() as made:
        skipped = select_images(
            objects.iter_objects(S3Uri("photos", "uploads/")), wanted, made, find_image=objects.find_image
        )
        figures = estimate(made.images, image_bytes=None, shards=1, region="us-east-1")
        target = S3Uri("photos", "manifests/run")
        index = made.write(objects, target, max_images=10_000, request="", skipped=skipped, estimate=figures)
    return index.images + skipped.get("already_analyzed", 0)


def known(port):
    return manifests(port, ledger=True)


def contend(name, port):
    """Run one contender in this process, and print its figures."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    found = globals()[name](port)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"found": found, "cpu_s": cpu_s, "peak_mb": peak_mb()}))


def peak_mb():
    # ru_maxrss would include the parent's peak, and so the server's pages.
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def run(name, objects):
    StubS3.objects = objects
    command = [sys.executable, __file__, "--contend", name, str(PORT)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["found"] == objects, figures
    print(
        f"{name:10} {objects:>9,} objects  {figures['cpu_s']:7.2f} CPU s  "
        f"{objects / figures['cpu_s']:>9,.0f} keys per CPU s  {figures['peak_mb']:6.0f} MB peak",
        flush=True,
    )
    return figures


def main(objects):
    # The paginator is too slow for the full size. Its time is linear, so a tenth gives its rate.
    tenth = objects // 10
    naive = run("paginator", tenth)
    small = run("manifests", SMALL)
    small_known = run("known", SMALL)
    ours = run("listing", objects)
    whole = run("manifests", objects)
    held = run("known", objects)
    rate = tenth / naive["cpu_s"]
    print(f"listing:   {objects / ours['cpu_s'] / rate:.1f} times the paginator's keys per CPU second")
    print(f"manifests: {objects / whole['cpu_s'] / rate:.1f} times, with filter, spool, shards and uploads")
    print(f"known:     {objects / held['cpu_s'] / rate:.1f} times, against a ledger that has every object")
    for name, large, little in (("manifests", whole, small), ("known", held, small_known)):
        grown = large["peak_mb"] - little["peak_mb"]
        print(f"memory:    {name}: {grown:.0f} MB more for {objects:,} objects than for {SMALL:,}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--contend"]:
        contend(sys.argv[2], int(sys.argv[3]))
    else:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StubS3)
        PORT = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
        server.shutdown()
