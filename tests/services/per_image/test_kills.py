"""Workers that are killed with SIGKILL in the middle of a manifest, and retried; three that share a quota."""

import json
import random
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from aws_stage import MANIFEST

WORKER = Path(__file__).with_name("moderating_worker.py")


def start_worker(stage, task, *, max_concurrency, manifest=MANIFEST, max_tps=""):
    arguments = [stage.emulator.endpoint_url, str(manifest), task, str(max_concurrency), str(max_tps)]
    return subprocess.Popen([sys.executable, WORKER, *arguments], stdout=subprocess.PIPE, text=True)


def put_images(stage, count):
    uris = [stage.put_image(f"many/{number:05}.jpg") for number in range(count)]
    stage.put_manifest(*uris)
    return uris


def billed(stage):
    return stage.emulator.usage()["images_billed"]


def kill_when_billed(stage, worker, count):
    """Kill a worker as soon as ``count`` images are billed. Return whether it was still alive."""
    while billed(stage) < count and worker.poll() is None:
        time.sleep(0.005)
    worker.kill()
    worker.communicate()
    return worker.returncode < 0


def kill_and_retry(stage, *, images, kills, max_concurrency):
    """Kill workers at random points of the manifest, then let one more complete it."""
    uris = put_images(stage, images)
    rng = random.Random(11)  # noqa: S311 the same kills every time
    killed = 0
    for count in sorted(rng.sample(range(1, images), kills)):
        worker = start_worker(stage, "killed", max_concurrency=max_concurrency)
        killed += kill_when_billed(stage, worker, count)
    last = start_worker(stage, "killed", max_concurrency=max_concurrency)
    printed, _ = last.communicate()
    assert last.returncode == 0
    job = json.loads(printed.splitlines()[-1])
    body = stage.s3.get_object(Bucket="analysis", Key=job["results_uri"].removeprefix("s3://analysis/"))
    analyzed = [json.loads(line)["source-ref"] for line in body["Body"].read().splitlines()]
    assert analyzed == uris, "none is missing, none is double"
    return killed, billed(stage) - images


@pytest.mark.parametrize(("images", "kills", "max_concurrency"), [(240, 4, 8)])
def test_repeated_kills_lose_no_image_and_pay_at_most_the_images_in_flight_twice(
    stage, images, kills, max_concurrency
):
    killed, paid_twice = kill_and_retry(stage, images=images, kills=kills, max_concurrency=max_concurrency)

    assert killed >= 2
    assert paid_twice <= killed * max_concurrency


@pytest.mark.soak
def test_ten_kills_in_ten_thousand_images(stage):
    killed, paid_twice = kill_and_retry(stage, images=10_000, kills=10, max_concurrency=20)

    print(f"{killed} killed, {paid_twice} of 10,000 images paid twice")  # noqa: T201 for the report
    assert killed == 10
    assert paid_twice <= 10 * 20


@pytest.mark.soak
def test_three_workers_share_one_quota(stage):
    quota = 50.0  # AWS's in its large regions
    put_images(stage, 6_000)
    stage.emulator.configure(tps={"DetectModerationLabels": quota})
    workers = [start_worker(stage, f"worker-{number}", max_concurrency=20) for number in range(3)]
    time.sleep(200)
    for worker in workers:
        worker.kill()
    rates = []
    for worker in workers:
        done = [json.loads(line)["done"] for line in worker.communicate()[0].splitlines()]
        steady = list(pairwise(done))[12:]
        rates.append(sum(after - before for before, after in steady) / (5 * len(steady)))

    print(f"images a second: {rates}")  # noqa: T201 for the report
    assert sum(rates) == pytest.approx(quota, rel=0.15)
    for rate in rates:
        assert rate == pytest.approx(quota / 3, rel=0.15)


@pytest.mark.soak
def test_with_half_of_all_calls_throttled_most_of_the_quota_is_used(stage):
    put_images(stage, 3_000)
    stage.emulator.configure(tps={"DetectModerationLabels": 30.0})
    stage.emulator.inject("throttle", operation="DetectModerationLabels", probability=0.5)
    worker = start_worker(stage, "half", max_concurrency=20)
    printed = [json.loads(line) for line in worker.communicate()[0].splitlines()]

    steady = [line["done"] for line in printed if "done" in line][4:-1]
    goodput = (steady[-1] - steady[0]) / (5 * (len(steady) - 1))
    print(f"{goodput:.1f} images a second of 30")  # noqa: T201 for the report
    assert printed[-1]["status"] == "SUCCEEDED"
    assert goodput >= 0.8 * 30
