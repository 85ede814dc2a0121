"""
One night of many images, from the listing to verdicts, tables, report and ledger.

    python tests/benchmarks/night.py [IMAGES] [PART ...]

IMAGES is a multiple of 20,000, and 100,000 by default. The parts are those of ``PARTS``; without them, all.

S3 is a stub in the same process, see ``night_s3.py``. Its CPU time is subtracted. Each part runs in a process
of its own. Memory is the peak above that process with all modules imported.
"""

import gc
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from naive_results import POLICY
from night_s3 import IMAGES_PER_JOB, NOON, PRICES, NightS3, job_id

DEFAULT_IMAGES = 100_000
#: The service's price per image in the first tier.
USD_PER_IMAGE = 0.001


def clients_of(s3):
    from airflow_provider_rekmedia.adapters.s3.objects import S3Objects

    return SimpleNamespace(objects=S3Objects(s3), jobs=None, region="us-east-1", route="")


def create(s3, *, ledger):
    from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
    from airflow_provider_rekmedia.core.s3_uri import S3Uri
    from airflow_provider_rekmedia.services.create_manifests import ManifestRequest, OnEmpty, create_manifests

    request = ManifestRequest(
        target=S3Uri("night", "created/run"),
        fingerprint="",
        source="s3://photos/uploads/",
        failures_of=None,
        extensions=None,
        filter=ImageFilter(),
        ledger=S3Uri("night", "ledger/") if ledger else None,
        scan="",
        max_attempts=3,
        max_images=IMAGES_PER_JOB,
        max_total_images=None,
        max_cost_usd=None,
        is_dry_run=False,
        on_empty=OnEmpty.EMPTY,
    )
    created = create_manifests(request, clients_of(s3))
    assert created.images + created.skipped.get("already_analyzed", 0) == s3.images
    return {"xcom_bytes": len(json.dumps(created.uris))}


def manifest(s3):
    """List all images and write their manifests."""
    return create(s3, ledger=False)


def ledger(s3):
    """List all images; a ledger with a segment per job has them all, and is merged."""
    return create(s3, ledger=True)


def jobs_of(s3):
    from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, encode_job

    return [
        encode_job(
            Job(
                job_id=job_id(number),
                engine=Engine.BULK,
                status=JobStatus.SUCCEEDED,
                manifest_uri=f"s3://night/manifests/manifest-{number:05d}.jsonl",
                results_uri=f"s3://night/jobs/results-{number:05d}.jsonl",
                summary_uri=f"s3://night/jobs/summary-{number:05d}.jsonl",
                model_version="7.0",
                created_at=NOON,
                completed_at=NOON,
                output_uri="s3://night/jobs/",
            )
        )
        for number in range(s3.images // IMAGES_PER_JOB)
    ]


def process(s3, jobs, **places):
    from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
    from airflow_provider_rekmedia.core.s3_uri import S3Uri
    from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance
    from airflow_provider_rekmedia.services.process_results import ResultsRequest, process_results
    from airflow_provider_rekmedia.services.results.run_report import ReportRequest

    identity = TaskIdentity(dag_id="nightly", task_id="results", run_id="1", map_index=-1)
    request = ResultsRequest(
        dag_id="nightly",
        run_id="1",
        jobs=jobs,
        policy=POLICY,
        index="",
        verdicts=S3Uri("night", "verdicts/"),
        report=ReportRequest(
            prefix=S3Uri("night", "report/"),
            identity=identity,
            data_interval_start=None,
            data_interval_end=None,
        ),
        max_items=100,
        max_bytes=40_000,
        **{"tables": S3Uri("night", "tables/"), "ledger": S3Uri("night", "ledger/")} | places,
    )
    run = process_results(request, clients_of(s3))
    run.check(parse_tolerance(None))
    assert run.tally.counts.images == len(jobs) * IMAGES_PER_JOB
    return {
        "xcom_bytes": len(json.dumps(run.summary)),
        "verdict_rows": run.verdicts.images,
        "job_bytes": len(json.dumps(jobs[0])),
    }


def verdicts(s3):
    """Read all results; write verdict files and report."""
    return process(s3, jobs_of(s3), tables=None, ledger=None)


def tables(s3):
    """Read all results; write verdict files, tables and report."""
    return process(s3, jobs_of(s3), ledger=None)


def results(s3):
    """Read all results; write verdict files, tables, report and ledger."""
    return process(s3, jobs_of(s3))


PARTS = {part.__name__: part for part in (manifest, ledger, verdicts, tables, results)}


def memory_mb(name):
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(name)).split()[1]) / 1024


def measure(part, images):
    """Run one part in this process, and print its figures."""
    logging.getLogger().addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory() as folder:
        warm = NightS3(DEFAULT_IMAGES, folder)
        process(warm, jobs_of(warm)[:1])  # so that imports are not measured
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    idle = memory_mb("VmRSS")
    with tempfile.TemporaryDirectory() as folder:
        s3 = NightS3(images, folder, ledger_jobs=images // IMAGES_PER_JOB if part == "ledger" else 0)
        started, cpu = time.perf_counter(), time.process_time()
        found = PARTS[part](s3)
        found |= {"wall_s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu - s3.stub_cpu_s}
    found |= {"stub_s": s3.stub_cpu_s, "peak_mb": memory_mb("VmHWM") - idle, "put_mb": s3.put_bytes / 1e6}
    print(json.dumps(found | {"requests": dict(s3.requests)}))


def run(part, images):
    command = [sys.executable, __file__, "--measure", part, str(images)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def show(part, images, found):
    shards = images // IMAGES_PER_JOB
    usd = sum(PRICES[kind] * count for kind, count in found["requests"].items())
    requests = ", ".join(f"{count:,} {kind}" for kind, count in sorted(found["requests"].items()))
    share = usd / (images * USD_PER_IMAGE)
    print(
        f"{part:9} {images:>10,} images {found['cpu_s']:7.1f} CPU s "
        f"({found['cpu_s'] / images * 1e6:5.1f} us each) {found['wall_s']:7.1f} s "
        f"{found['peak_mb']:4.0f} MB above idle; the stub {found['stub_s']:.1f} CPU s\n"
        f"{'':9} {requests}: {usd:.4f} US dollars, {share:.4%} of the analysis; "
        f"{found['put_mb']:,.0f} MB written; XComs: {found['xcom_bytes'] / shards:,.0f} bytes per shard",
        flush=True,
    )
    if "verdict_rows" in found:
        print(
            f"{'':9} {found['verdict_rows']:,} verdict rows; a job is {found['job_bytes']} bytes", flush=True
        )


def main(images, parts):
    for part in parts or PARTS:
        show(part, images, run(part, images))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else DEFAULT_IMAGES, sys.argv[2:])
