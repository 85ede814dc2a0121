"""A run of any size on local disk: manifests, results and summaries, as jobs leave them."""

import json
import random
from collections.abc import MutableMapping
from types import SimpleNamespace

from fuzz.memory_s3 import MemoryS3

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, encode_job
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.taxonomy import PARENT_OF
from airflow_provider_rekmedia.services.process_results import ResultsRequest, process_results
from airflow_provider_rekmedia.services.results.run_report import ReportRequest

IMAGES_OF_A_JOB = 10_000

#: Thresholds with and without decimals, two levels of labels, a default with labels, and a content type.
POLICY = {
    "name": "nightly",
    "labels": {
        "Explicit": {"block": 80, "review": 60},
        "Explicit Nudity": {"block": 70.5},
        "Drugs & Tobacco": {"block": 90},
        "Violence": {"review": 55},
        "Alcohol": "allow",
    },
    "content_types": {"Animated": {"min_confidence": 60, "labels": {"Explicit": {"review": 75}}}},
    "default": "review",
}


class FolderObjects(MutableMapping):
    """Bodies by uri, as files of a folder."""

    def __init__(self, folder):
        self._folder = folder

    def _path(self, uri):
        return self._folder / uri.removeprefix("s3://").replace("/", "!")

    def __getitem__(self, uri):
        try:
            return self._path(uri).read_bytes()
        except FileNotFoundError:
            raise KeyError(uri) from None

    def __setitem__(self, uri, body):
        self._path(uri).write_bytes(body)

    def __delitem__(self, uri):
        self._path(uri).unlink()

    def __iter__(self):
        return ("s3://" + path.name.replace("!", "/") for path in self._folder.iterdir())

    def __len__(self):
        return sum(1 for _ in self._folder.iterdir())


def result_line(dice, uri):
    """One image: often without labels, else one to three of them with their parents."""
    found = {}
    for _ in range(dice.choice([0, 0, 0, 0, 0, 0, 0, 1, 1, 3])):
        # In 64ths, a confidence is exact in the tables, which have four bytes for it.
        name, confidence = dice.choice(list(PARENT_OF)), dice.randrange(50 * 64, 100 * 64 + 1) / 64
        while name:
            found[name] = max(confidence, found.get(name, 0.0))
            name = PARENT_OF[name]
            confidence += dice.choice([0, 0, 0, -1, 1])  # a parent may be more or less confident
            confidence = min(100.0, max(50.0, confidence))
    labels = [
        {"Name": name, "Confidence": confidence, "ParentName": PARENT_OF[name], "TaxonomyLevel": 1}
        for name, confidence in found.items()
    ]
    kinds = (
        [{"Name": "Animated", "Confidence": dice.choice([50.0, 60.0, 90.0])}] if dice.random() < 0.2 else []
    )
    detection = {"ModerationLabels": labels, "ModerationModelVersion": "7.0", "ContentTypes": kinds}
    return json.dumps({"source-ref": uri, "detect-moderation-labels": detection})


def write_job(objects, number, images):
    """Write the files of one job; some of its images failed, and some are in none of its files."""
    dice = random.Random(number)  # noqa: S311 the same images every time
    manifest, results, errors = [], [], []
    for index in range(images):
        uri = f"s3://photos/uploads/{number:04}/{index:06}.jpg"
        manifest.append(json.dumps({"source-ref": uri}))
        outcome = dice.random()
        if outcome < 0.004:
            code = dice.choice(["INVALID_IMAGE_FORMAT", "IMAGE_TOO_LARGE", "ACCESS_DENIED"])
            errors.append({"line-number": index + 1, "source-ref": uri, "code": code, "message": "refused"})
        elif outcome > 0.001 + 0.004:
            results.append(result_line(dice, uri))
    statistics = {
        "total-json-lines": images,
        "valid-json-lines": len(results),
        "invalid-json-lines": images - len(results),
    }
    summary = {"version": "1.0", "statistics": statistics, "errors": errors}
    folder = f"s3://analysis/jobs/{number:04}/"
    objects[folder + "manifest.jsonl"] = ("\n".join(manifest) + "\n").encode()
    objects[folder + "results.jsonl"] = ("\n".join(results) + "\n").encode()
    objects[folder + "summary.json"] = json.dumps(summary).encode()
    return Job(
        job_id=f"job-{number:04}",
        engine=Engine.BULK,
        status=JobStatus.SUCCEEDED,
        manifest_uri=folder + "manifest.jsonl",
        results_uri=folder + "results.jsonl",
        summary_uri=folder + "summary.json",
        model_version="7.0",
    )


def process_run(folder, images):
    """Write a run of this many images to a folder, and process it with tables and a report."""
    objects = FolderObjects(folder)
    size = min(images, IMAGES_OF_A_JOB)
    jobs = [encode_job(write_job(objects, number, size)) for number in range(images // size)]
    report = ReportRequest(
        prefix=S3Uri("analysis", "report/"),
        identity=TaskIdentity("nightly", "run", "results", -1),
        data_interval_start=None,
        data_interval_end=None,
    )
    request = ResultsRequest(
        dag_id="nightly",
        run_id="run",
        jobs=jobs,
        policy=POLICY,
        index="",
        tables=S3Uri("analysis", "tables/"),
        verdicts=None,
        ledger=None,
        report=report,
        max_items=100,
        max_bytes=40_000,
    )
    run = process_results(request, SimpleNamespace(objects=S3Objects(MemoryS3InFolder(objects)), jobs=None))
    return run.report, objects


class MemoryS3InFolder(MemoryS3):
    """The same client, with its objects in a folder."""

    def __init__(self, objects):
        self.objects = objects
