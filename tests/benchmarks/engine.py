"""
Compare the per-image engine with a plain boto3 thread pool, aiobotocore and signed HTTP, in one run.

    python tests/benchmarks/engine.py [IMAGES]

The stub is a loopback server in its own process. It responds to DetectModerationLabels after 100 ms, and
stores what is uploaded to S3. Every contender runs in its own process; CPU time and memory are of that
process only. The engine's figures include the journal and the files. Without ``max_tps``, engine and plain
pool run alternately, three times each, and the run with the least CPU time counts.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, unquote, urlsplit

LATENCY_S = 0.1
AT_ONCE = 50
#: Images of the engine hold a slot until their result is journaled: AT_ONCE of these are calls.
IN_FLIGHT = 66
IMAGES = 10_000
ANSWER = json.dumps(
    {
        "ModerationLabels": [
            {"Confidence": 99.44782257080078, "Name": name, "ParentName": parent, "TaxonomyLevel": level}
            for name, parent, level in (
                ("Smoking", "Drugs & Tobacco Paraphernalia & Use", 3),
                ("Drugs & Tobacco Paraphernalia & Use", "Drugs & Tobacco", 2),
                ("Drugs & Tobacco", "", 1),
            )
        ],
        "ModerationModelVersion": "7.0",
        "ContentTypes": [{"Confidence": 99.9999, "Name": "Illustrated"}],
    }
).encode()
CONTENDERS = (
    "engine",
    "boto3",
    "engine",
    "boto3",
    "engine",
    "boto3",
    "aiobotocore",
    "signed",
    "engine-50",
    "engine-200",
)


async def stub(ready):
    """Serve both services until the process is killed."""
    from aiohttp import web

    stored = {}

    async def detect(_):
        await asyncio.sleep(LATENCY_S)
        return web.Response(body=ANSWER, content_type="application/x-amz-json-1.1")

    async def put(request):
        stored[unquote(request.path)] = await request.read()
        return web.Response(headers={"ETag": '"0"'})

    async def get(request):
        query = parse_qs(urlsplit(str(request.rel_url)).query)
        if "list-type" in query:
            page = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
            return web.Response(text=page, content_type="application/xml")
        body = stored.get(unquote(request.path))
        if body is None and unquote(request.path).count("/") > 1:
            error = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"
            return web.Response(status=404, text=error, content_type="application/xml")
        return web.Response(body=body or b"", headers={"ETag": '"0"', "x-amz-bucket-region": "us-east-1"})

    application = web.Application(client_max_size=2**30)
    application.router.add_post("/", detect)
    application.router.add_put("/{path:.*}", put)
    application.router.add_get("/{path:.*}", get)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", file=ready, flush=True)
    await asyncio.Event().wait()


def arguments(number):
    """Build the arguments of one call."""
    return {"Image": {"S3Object": {"Bucket": "photos", "Name": f"uploads/{number:07}.jpg"}}}


def run_engine(endpoint, images, max_tps=None):
    """Run through the hook, with journal and files; the memory of the hook itself is not counted."""
    connection = {
        "conn_type": "aws",
        "login": "key",
        "password": "secret",
        "extra": {
            "region_name": "us-east-1",
            "endpoint_url": endpoint,
            "config_kwargs": {"s3": {"addressing_style": "path"}},
        },
    }
    os.environ["AIRFLOW_CONN_AWS_DEFAULT"] = json.dumps(connection)
    from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
    from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
    from airflow_provider_rekmedia.core.s3_uri import S3Uri
    from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
    from airflow_provider_rekmedia.services.per_image.options import PerImageOptions
    from airflow_provider_rekmedia.services.run_per_image_job import run_per_image_job

    hook = RekognitionHook()
    lines = "".join(f'{{"source-ref": "s3://photos/uploads/{n:07}.jpg"}}\n' for n in range(images))
    manifest = S3Uri("photos", f"manifest-{max_tps}.jsonl")
    hook.objects.put(manifest, lines.encode(), "application/jsonl")
    request = MediaAnalysisRequest(manifest=manifest, output=S3Uri("out", "night/"), job_name="bench")
    seen = []
    begin = measure()
    options = PerImageOptions(
        max_tps=max_tps,
        max_concurrency=IN_FLIGHT,
        on_progress=lambda progress: seen.append((time.monotonic(), progress.done)),
    )
    identity = TaskIdentity("bench", str(os.getpid()), "engine", -1)  # another run of the Dag, each time
    run_per_image_job(request, identity, clears=0, clients=hook, options=options)
    rates = {}
    if len(seen) > 2:
        (first_at, first), (last_at, last) = seen[0], seen[-2]  # seen[-1] is reported at the end, not by time
        rates = {"after_ramp": round((last - first) / (last_at - first_at), 1)} if last_at > first_at else {}
    return begin, rates


def run_boto3(endpoint, images):
    """Run a pool of threads over one client, and nothing else."""
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "rekognition", **client_arguments(endpoint), config=Config(max_pool_connections=AT_ONCE)
    )
    begin = measure()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(lambda number: client.detect_moderation_labels(**arguments(number)), range(images)):
            pass
    return begin, {}


def run_aiobotocore(endpoint, images):
    """Run one client on an event loop."""
    from aiobotocore.session import get_session
    from botocore.config import Config

    own = Config(max_pool_connections=AT_ONCE)

    async def main():
        async with get_session().create_client(
            "rekognition", **client_arguments(endpoint), config=own
        ) as client:
            begin = measure()
            await run_concurrently(
                lambda number: client.detect_moderation_labels(**arguments(number)), images
            )
            return begin

    return asyncio.run(main()), {}


def run_signed(endpoint, images):
    """Send requests with aiohttp, signed by botocore."""
    import aiohttp
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    auth = SigV4Auth(Credentials("key", "secret"), "rekognition", "us-east-1")
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "RekognitionService.DetectModerationLabels",
    }

    async def main():
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

            async def call(number):
                body = json.dumps(arguments(number)).encode()
                request = AWSRequest("POST", f"{endpoint}/", data=body, headers=dict(headers))
                auth.add_auth(request)
                async with session.post(request.url, data=body, headers=dict(request.headers)) as response:
                    return json.loads(await response.read())

            begin = measure()
            await run_concurrently(call, images)
            return begin

    return asyncio.run(main()), {}


async def run_concurrently(call, images):
    """Make all calls, AT_ONCE at a time."""
    numbers = iter(range(images))

    async def work():
        for number in numbers:
            await call(number)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def client_arguments(endpoint):
    """Build the arguments of a client."""
    return {
        "region_name": "us-east-1",
        "endpoint_url": endpoint,
        "aws_access_key_id": "key",
        "aws_secret_access_key": "secret",
    }


def measure():
    """Return the current wall and CPU seconds, and the peak memory in MB."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return time.monotonic(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def contend(name, endpoint, images):
    """Run one contender, and print its figures."""
    engine, _, tps = name.partition("-")
    runs = {"engine": run_engine, "boto3": run_boto3, "aiobotocore": run_aiobotocore, "signed": run_signed}
    more = (float(tps),) if tps else ()
    begin, rates = runs[engine](endpoint, images, *more)
    wall, cpu, peak = (after - before for before, after in zip(begin, measure(), strict=True))
    print(
        json.dumps({"rate": images / wall, "cpu_ms": cpu / images * 1000, "mb_above_idle": peak, **rates}),
        flush=True,
    )
    assert threading.active_count() < IN_FLIGHT


def main(images):
    """Run all contenders, one after the other, against one stub."""
    this = [sys.executable, __file__]
    with subprocess.Popen([*this, "stub"], stdout=subprocess.PIPE, text=True) as server:
        endpoint = server.stdout.readline().strip()
        best = {}
        for name in CONTENDERS:
            count = min(images, 2_500) if name == "engine-50" else images
            done = subprocess.run(
                [*this, name, endpoint, str(count)], stdout=subprocess.PIPE, text=True, check=True
            )
            figures = json.loads(done.stdout.splitlines()[-1])
            print(f"{name:12}", {key: round(value, 2) for key, value in figures.items()}, flush=True)
            best[name] = min(figures, best.get(name, figures), key=lambda each: each["cpu_ms"])
        server.kill()
    pool, ours = best["boto3"], best["engine"]
    print(f"rate: {ours['rate'] / pool['rate']:.2f} times the plain pool's (goal: at least 0.90)")
    print(f"CPU per call: {ours['cpu_ms'] / pool['cpu_ms']:.2f} times the plain pool's (goal: at most 1.2)")
    for tps in (50, 200):
        rate = best[f"engine-{tps}"].get("after_ramp")
        if rate:
            print(f"max_tps {tps}: {rate / tps:.3f} times that rate after the ramp-up (goal: at least 0.97)")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["stub"]:
            asyncio.run(stub(sys.stdout))
        case [name, endpoint, images]:
            contend(name, endpoint, int(images))
        case [images]:
            main(int(images))
        case _:
            main(IMAGES)
