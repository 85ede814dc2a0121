"""
Turn a million result lines into counts, verdict files and Parquet: this package, a naive way, and the limit.

    python tests/benchmarks/results.py [LINES]

The mixture is realistic: seven images in ten have no label, the others have one to three labels with their
parents, and one in ten has a content type. The lines are in files of 10,000, as jobs write them. Every
contender reads them from local disk, so only the processing is compared. Each contender runs in its own
process, and the fastest of three runs counts. Memory is the peak above an idle interpreter that has imported
the same modules.
"""

import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from naive_results import POLICY, SEVERITY, json_counts, json_parquet, json_verdicts

LINES_PER_JOB = 10_000
RUNS = 3


def write_jobs(folder, lines):
    from airflow_provider_rekmedia.core.taxonomy import PARENT_OF

    dice = random.Random(7)  # noqa: S311 the same lines every time
    names = list(PARENT_OF)
    level = {
        name: 1 + (parent != "") + (PARENT_OF.get(parent, "") != "") for name, parent in PARENT_OF.items()
    }
    for job in range(lines // LINES_PER_JOB):
        with (folder / f"{job:04}.jsonl").open("w") as file:
            for number in range(LINES_PER_JOB):
                uri = f"s3://photos/uploads/2026/11/20/{job:04}/{number:06}-some-name.jpg"
                found = {}
                for _ in range(dice.choice([0, 0, 0, 0, 0, 0, 0, 1, 1, 3])):
                    name, confidence = dice.choice(names), dice.uniform(50, 100)
                    while name:  # a parent has at least the confidence of the label below it
                        found[name] = max(confidence, found.get(name, 0.0))
                        name = PARENT_OF[name]
                labels = [
                    {
                        "Confidence": found[name],
                        "Name": name,
                        "ParentName": PARENT_OF[name],
                        "TaxonomyLevel": level[name],
                    }
                    for name in sorted(found)
                ]
                kinds = [{"Confidence": 90.5, "Name": "Animated"}] if dice.random() < 0.1 else []
                detection = {
                    "ModerationLabels": labels,
                    "ModerationModelVersion": "7.0",
                    "ContentTypes": kinds,
                }
                file.write(json.dumps({"source-ref": uri, "detect-moderation-labels": detection}) + "\n")


def blocks(path):
    """Yield blocks of whole lines, of the size that the package reads."""
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 18):
            end = chunk.rfind(b"\n") + 1
            yield rest + chunk[:end]
            rest = chunk[end:]


def pandas_counts(folder):
    """Count images and labels, without verdicts."""
    import pandas as pd

    images = 0
    for path in sorted(folder.glob("*.jsonl")):
        table = pd.read_json(path, lines=True)
        labels = table["detect-moderation-labels"].map(
            lambda each: [one["Name"] for one in each["ModerationLabels"]]
        )
        labels.explode().value_counts()
        images += len(table)
    return images


def msgspec_decode(folder):
    """Decode every line into typed values and drop them: the limit."""
    import msgspec

    from airflow_provider_rekmedia.core.results.image_result import ImageResult

    decoder = msgspec.json.Decoder(ImageResult)
    paths = sorted(folder.glob("*.jsonl"))
    return sum(len(decoder.decode_lines(block)) for path in paths for block in blocks(path))


def label_names(folder):
    """Decode each line separately and count its labels: the least that Python code must do."""
    from airflow_provider_rekmedia.core.results.image_result import decode_results

    labels = {}
    for path in sorted(folder.glob("*.jsonl")):
        for block in blocks(path):
            results, _, _ = decode_results(block, 1)
            for result in results:
                if found := result.detection.moderation_labels:
                    for label in found:
                        labels[label.name] = labels.get(label.name, 0) + 1
    return sum(labels.values())


class Disk:
    """Local disk in place of S3."""

    def __init__(self, folder):
        self.folder = folder

    def iter_blocks(self, uri):
        return blocks(self.folder / uri.key)

    def head(self, _):
        return None

    def read_or_none(self, _):
        return None

    def put_if_absent(self, uri, body, content_type):
        self.put(uri, body, content_type)

    def put(self, uri, body, _):
        (self.folder / uri.key.replace("/", "-")).write_bytes(
            body if isinstance(body, bytes) else body.read()
        )


def tally_of(folder, *, tables=False, verdicts=False, report=False):
    """Read finished jobs as the operator does."""
    from airflow_provider_rekmedia.adapters.results.table_places import TablePlaces
    from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles
    from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
    from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
    from airflow_provider_rekmedia.core.s3_uri import S3Uri
    from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
    from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
    from airflow_provider_rekmedia.core.verdicts.tally import Tally
    from airflow_provider_rekmedia.services.results.process_jobs import ResultSinks, process_jobs
    from airflow_provider_rekmedia.services.results.run_report import ReportRequest, RunReport

    done = {"engine": Engine.BULK, "status": JobStatus.SUCCEEDED, "model_version": "7.0"}
    ended = datetime(2026, 11, 20, tzinfo=UTC)
    jobs = [
        Job(job_id=path.stem, results_uri=f"s3://b/{path.name}", completed_at=ended, **done)
        for path in sorted(folder.glob("*.jsonl"))
    ]
    disk, tally = Disk(folder), Tally(100, 40_000)
    places = TablePlaces(S3Uri("b", "t/"), disk) if tables else None
    policy = parse_policy(POLICY)
    judgement = Judgement.by(policy, dag_id="nightly", run_id="1")
    files = VerdictFiles(disk, S3Uri("b", "v/")) if verdicts else None
    run_report = None
    if report:
        identity = TaskIdentity(dag_id="nightly", run_id="1", task_id="results", map_index=-1)
        request = ReportRequest(
            prefix=S3Uri("b", "r/"), identity=identity, data_interval_start=None, data_interval_end=None
        )
        run_report = RunReport(request, policy, disk)
    sinks = ResultSinks(
        tally=tally,
        policy=policy,
        judgement=judgement,
        tables=places,
        verdicts=files,
        ledger=None,
        report=run_report,
    )
    with files or nullcontext():
        process_jobs(jobs, disk, sinks)
        if files:
            files.write()
        if run_report:
            run_report.write(tally, jobs=["1"], model_versions=["7.0"], billed=tally.counts.analyzed)
    return {name: getattr(tally.counts, name) for name in SEVERITY}


def ours_counts(folder):
    return tally_of(folder)


def ours_report(folder):
    return tally_of(folder, report=True)


def ours_parquet(folder):
    return tally_of(folder, tables=True)


def ours_verdicts(folder):
    return tally_of(folder, verdicts=True)


def arrow_parquet(folder):
    """Write what pyarrow's block reader reads to Parquet, without verdicts: the limit."""
    import pyarrow.json as pj
    import pyarrow.parquet as pq

    images = 0
    for path in sorted(folder.glob("*.jsonl")):
        table = pj.read_json(path)
        pq.write_table(table, path.with_suffix(".parquet"))
        images += table.num_rows
    return images


CONTENDERS = {
    "counts": [ours_counts, json_counts, pandas_counts, label_names, msgspec_decode],
    "report": [ours_report, json_counts],
    "verdicts": [ours_verdicts, json_verdicts],
    "parquet": [ours_parquet, json_parquet, arrow_parquet],
}


def memory_mb(name):
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(name)).split()[1]) / 1024


def contend(name, folder):
    globals()[name](Path(folder) / "warm")  # so that imports are not measured
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    idle = memory_mb("VmRSS")
    before, cpu = time.perf_counter(), time.process_time()
    found = globals()[name](Path(folder))
    figures = {"found": found, "wall_s": time.perf_counter() - before, "cpu_s": time.process_time() - cpu}
    print(json.dumps(figures | {"peak_mb": memory_mb("VmHWM") - idle}))


def run(name, folder):
    command = [sys.executable, __file__, "--contend", name, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main(lines):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_jobs(folder, lines)
        (folder / "warm").mkdir()
        write_jobs(folder / "warm", LINES_PER_JOB)
        for stage, contenders in CONTENDERS.items():
            runs_of = {each.__name__: [] for each in contenders}
            for _ in range(RUNS):
                for each in contenders:
                    runs_of[each.__name__].append(run(each.__name__, folder))
            ours = min(each["wall_s"] for each in runs_of[contenders[0].__name__])
            assert runs_of[contenders[0].__name__][0]["found"] == runs_of[contenders[1].__name__][0]["found"]
            for contender, runs in runs_of.items():
                best = min(runs, key=lambda each: each["wall_s"])
                took = (
                    f"{best['wall_s']:6.2f} s {best['cpu_s']:6.2f} CPU s {best['peak_mb']:5.0f} MB above idle"
                )
                ratio = f"{best['wall_s'] / ours:5.2f} times the time of ours"
                print(f"{stage:8} {contender:15} {took} {ratio}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--contend"]:
        contend(*sys.argv[2:])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
