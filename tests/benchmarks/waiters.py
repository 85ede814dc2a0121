"""
Compare a thousand waits in one process: this package's trigger, and the Amazon provider's waiter trigger.

``make benchmarks`` runs it, in an environment with aiobotocore. Each contender and the emulator run in their
own processes. It prints the cost of each from its first trigger to its last event, and the ratios.
"""

import asyncio
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

JOBS = 1_000
INTERVAL_S = 10
ENDS_AFTER_S = 25.0
WAITER = Path(__file__).with_name("media_analysis_waiter.json")


def ours(job_id: str) -> Any:
    from airflow_provider_rekmedia.triggers.media_analysis import RekognitionMediaAnalysisJobTrigger

    deadline = datetime.now(UTC) + timedelta(hours=1)
    return RekognitionMediaAnalysisJobTrigger(
        job_id=job_id, deadline=deadline.isoformat(), poll_interval=INTERVAL_S
    )


def amazon(job_id: str) -> Any:
    from airflow.providers.amazon.aws.triggers.base import AwsBaseWaiterTrigger

    from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook

    class Hook(RekognitionHook):
        waiter_path = WAITER

    class Trigger(AwsBaseWaiterTrigger):
        aws_hook_class = Hook

    return Trigger(
        serialized_fields={"job_id": job_id},
        waiter_name="media_analysis_job_complete",
        waiter_args={"JobId": job_id},
        failure_message="failed",
        status_message="status",
        status_queries=["Status"],
        return_value=job_id,
        waiter_delay=INTERVAL_S,
        waiter_max_attempts=1_000,
        aws_conn_id="aws_default",
    )


async def stalls(longest: list[float]) -> None:
    """Measure fifty times a second how late the event loop is; more often would cost more than the waits."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.02)
        longest[0] = max(longest[0], time.perf_counter() - before - 0.02)


async def wait_for_all(make: Any, job_ids: list[str]) -> float:
    longest = [0.0]
    watch = asyncio.create_task(stalls(longest))

    async def one(job_id: str) -> None:
        event = await anext(make(job_id).run())
        assert event.payload.get("ending") == "ended" or event.payload["status"] == "success", event.payload

    await asyncio.gather(*(one(job_id) for job_id in job_ids))
    watch.cancel()
    return longest[0]


def contend(make: Any, folder: Path) -> None:
    """Run one contender: wait for the jobs of ``folder/jobs.json``, and write the cost to a file."""
    job_ids = json.loads((folder / "jobs.json").read_text())
    make(job_ids[0])  # so that imports are not measured
    # One full garbage collection of Airflow's own heap stops the event loop for 100 ms, for any contender.
    gc.collect()
    gc.freeze()
    process, peak = psutil.Process(), [0]
    idle = process.memory_info().rss

    def watch_memory() -> None:
        while True:
            peak[0] = max(peak[0], process.memory_info().rss)
            time.sleep(0.25)

    threading.Thread(target=watch_memory, daemon=True).start()
    (folder / "ready").touch()
    before = resource.getrusage(resource.RUSAGE_SELF)
    stall_s = asyncio.run(wait_for_all(make, job_ids))
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    costs = {"cpu_s": cpu_s, "memory_mb": (peak[0] - idle) / 1e6, "stall_ms": stall_s * 1e3}
    (folder / "costs.json").write_text(json.dumps(costs))


def start_jobs(aws: Any) -> list[str]:
    s3, rekognition = aws.client("s3"), aws.client("rekognition")
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="m.jsonl", Body=b'{"source-ref": "s3://photos/none.jpg"}\n')
    return [
        rekognition.start_media_analysis_job(
            OperationsConfig={"DetectModerationLabels": {}},
            Input={"S3Object": {"Bucket": "photos", "Name": "m.jsonl"}},
            OutputConfig={"S3Bucket": "photos"},
        )["JobId"]
        for _ in range(JOBS)
    ]


def measure(name: str, aws: Any, folder: Path) -> dict[str, Any]:
    """Run one contender against new jobs, which end in the middle of its third interval."""
    aws.reset()
    folder.mkdir()
    (folder / "jobs.json").write_text(json.dumps(start_jobs(aws)))
    # A file, because a pipe that is not read blocks the event loop after about a thousand log lines.
    with (folder / "log").open("wb") as log:
        contender = subprocess.Popen(
            [sys.executable, __file__, name, str(folder)],
            stdout=log,
            stderr=log,
            env=os.environ | {"AIRFLOW_CONN_AWS_DEFAULT": aws.airflow_connection()},
        )
    while not (folder / "ready").exists():
        time.sleep(0.1)
    time.sleep(ENDS_AFTER_S)
    aws.advance(to_end=True)
    if contender.wait():
        raise SystemExit((folder / "log").read_text()[-3_000:])
    calls = aws.usage()["calls"]
    costs: dict[str, Any] = json.loads((folder / "costs.json").read_text())
    return costs | {"gets": calls["GetMediaAnalysisJob"], "lists": calls["ListMediaAnalysisJobs"]}


def main() -> None:
    from airflow_provider_rekmedia.emulator import Settings, running

    settings = Settings(by_hand=True, max_active_jobs=JOBS)
    with running(settings) as aws, tempfile.TemporaryDirectory() as folder:
        costs_of = {name: measure(name, aws, Path(folder) / name) for name in CONTENDERS}
    columns = ("cpu_s", "memory_mb", "stall_ms", "gets", "lists")
    print(f"{JOBS} waits, polls every {INTERVAL_S} s, jobs end after {ENDS_AFTER_S:.0f} s")
    print(f"{'':10}" + "".join(f"{column:>12}" for column in columns))
    for name, costs in costs_of.items():
        print(f"{name:10}" + "".join(f"{costs[column]:12.1f}" for column in columns))
    ratios = {column: costs_of["amazon"][column] / costs_of["ours"][column] for column in columns[:3]}
    print(f"{'amazon/ours':11}" + "".join(f"{ratio:11.1f} " for ratio in ratios.values()))


CONTENDERS = {"ours": ours, "amazon": amazon}

if __name__ == "__main__":
    if sys.argv[1:]:
        contend(CONTENDERS[sys.argv[1]], Path(sys.argv[2]))
    else:
        main()
