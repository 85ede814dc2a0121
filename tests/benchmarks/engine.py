"""
The per-image engine beside a bare boto3 thread pool, aiobotocore and signed HTTP, in one run.

    python tests/benchmarks/engine.py [IMAGES]

The stub is a loopback server in a process of its own: it answers DetectModerationLabels after 100 ms, and
keeps what is put into S3. Every contender runs in its own process; CPU time and memory are that process's
alone. The engine's figures have the journal and the files in them. Without a pace, engine and bare pool take
turns, three times each, and the run with the least CPU time counts.
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
#: Of the engine, whose images hold a place until their answer is written down: AT_ONCE are calls.
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
    """Give the arguments of one call."""
    return {"Image": {"S3Object": {"Bucket": "photos", "Name": f"uploads/{number:07}.jpg"}}}


def run_engine(endpoint, images, max_tps=None):
    """Through the hook, with its journal and files; memory above what the hook itself takes."""
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
    told = {}
    if len(seen) > 2:
        (first_at, first), (last_at, last) = seen[0], seen[-2]  # the last one is the end, not a tick
        told = {"after_ramp": round((last - first) / (last_at - first_at), 1)} if last_at > first_at else {}
    return begin, told


def run_boto3(endpoint, images):
    """A pool of threads over one client, and nothing else."""
    import boto3
    from botocore.config import Config

    client = boto3.client("rekognition", **named(endpoint), config=Config(max_pool_connections=AT_ONCE))
    begin = measure()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(lambda number: client.detect_moderation_labels(**arguments(number)), range(images)):
            pass
    return begin, {}


def run_aiobotocore(endpoint, images):
    """One client on an event loop."""
    from aiobotocore.session import get_session
    from botocore.config import Config

    own = Config(max_pool_connections=AT_ONCE)

    async def main():
        async with get_session().create_client("rekognition", **named(endpoint), config=own) as client:
            begin = measure()
            await at_once(lambda number: client.detect_moderation_labels(**arguments(number)), images)
            return begin

    return asyncio.run(main()), {}


def run_signed(endpoint, images):
    """Requests of aiohttp, signed by botocore."""
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
                async with session.post(request.url, data=body, headers=dict(request.headers)) as answer:
                    return json.loads(await answer.read())

            begin = measure()
            await at_once(call, images)
            return begin

    return asyncio.run(main()), {}


async def at_once(call, images):
    """Make all calls, so many at once."""
    numbers = iter(range(images))

    async def work():
        for number in numbers:
            await call(number)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def named(endpoint):
    """Give a client's arguments."""
    return {
        "region_name": "us-east-1",
        "endpoint_url": endpoint,
        "aws_access_key_id": "key",
        "aws_secret_access_key": "secret",
    }


def measure():
    """Wall and CPU seconds, and the peak of memory in MB, at present."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return time.monotonic(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def contend(name, endpoint, images):
    """Run one contender, and print what it took."""
    engine, _, tps = name.partition("-")
    runs = {"engine": run_engine, "boto3": run_boto3, "aiobotocore": run_aiobotocore, "signed": run_signed}
    more = (float(tps),) if tps else ()
    begin, told = runs[engine](endpoint, images, *more)
    wall, cpu, peak = (after - before for before, after in zip(begin, measure(), strict=True))
    print(
        json.dumps({"rate": images / wall, "cpu_ms": cpu / images * 1000, "mb_above_idle": peak, **told}),
        flush=True,
    )
    assert threading.active_count() < IN_FLIGHT


def main(images):
    """Run all, one after the other, against one stub."""
    this = [sys.executable, __file__]
    with subprocess.Popen([*this, "stub"], stdout=subprocess.PIPE, text=True) as server:
        endpoint = server.stdout.readline().strip()
        found = {}
        for name in CONTENDERS:
            count = min(images, 2_500) if name == "engine-50" else images
            done = subprocess.run(
                [*this, name, endpoint, str(count)], stdout=subprocess.PIPE, text=True, check=True
            )
            told = json.loads(done.stdout.splitlines()[-1])
            print(f"{name:12}", {key: round(value, 2) for key, value in told.items()}, flush=True)
            found[name] = min(told, found.get(name, told), key=lambda each: each["cpu_ms"])
        server.kill()
    bare, ours = found["boto3"], found["engine"]
    print(f"rate of the bare pool: {ours['rate'] / bare['rate']:.2f} (0.90 asked)")
    print(f"CPU a call: {ours['cpu_ms'] / bare['cpu_ms']:.2f} times the bare pool's (1.2 asked)")
    for tps in (50, 200):
        rate = found[f"engine-{tps}"].get("after_ramp")
        if rate:
            print(f"max_tps {tps}: {rate / tps:.3f} of it after the ramp (0.97 asked)")


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
