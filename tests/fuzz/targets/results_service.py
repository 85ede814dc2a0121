"""
Manifests, results and summaries of jobs, through the whole results service.

Every line of a manifest is once in the counts and in the tables. It is once in the verdict files if it is not
allowed. Only an image with a result is analyzed in the ledger.
"""

from dataclasses import dataclass
from unittest import mock

from fuzz.memory_s3 import MemoryS3
from fuzz.mutations import lines_of
from fuzz.targets.results_checks import (
    LEDGER,
    MAX_BYTES,
    MAX_ITEMS,
    TABLES,
    VERDICTS,
    check_counts,
    check_ledger,
    check_lists,
    check_tables,
    check_totals,
    check_verdict_files,
)
from fuzz.targets.results_oracle import JobFiles

from airflow_provider_rekmedia.adapters.s3 import download
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidPolicy, MalformedSummary
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.services.process_results import ResultsRequest, process_results


def _line(name):
    return {"source-ref": f"s3://photos/{name}.jpg"}


def _label(name, confidence, parent, level):
    return {"Name": name, "Confidence": confidence, "ParentName": parent, "TaxonomyLevel": level}


def _result(name, *labels):
    return _line(name) | {
        "detect-moderation-labels": {
            "ModerationLabels": list(labels),
            "ModerationModelVersion": "7.0",
            "ContentTypes": [{"Name": "Illustrated", "Confidence": 90.5}],
        }
    }


PILLS = [_label("Pills", 91.5, "Products", 3), _label("Drugs & Tobacco", 70, "", 1)]
SCENE = {
    "jobs": [
        {
            "manifest": [_line("1"), _line("2"), _line("3"), "{not json", _line("4"), _line("4"), _line("5")],
            "results": [_result("1"), _result("4", _label("Violence", 99, "", 1)), _result("4", *PILLS)],
            "summary": {
                "statistics": {"total-json-lines": 7, "valid-json-lines": 6, "invalid-json-lines": 1},
                "errors": [
                    {"line-numer": 2, "source-ref": "s3://photos/2.jpg", "code": "INVALID_IMAGE_FORMAT"},
                    {"line-numer": 3, "code": "ACCESS_DENIED", "message": "The object cannot be read."},
                    {"code": "INVALID_JSON_LINE", "message": "The line is not JSON."},
                ],
            },
        },
        {"manifest": [_line("6")], "results": [_result("6", *PILLS)], "summary": {"errors": []}},
    ],
    "policy": {
        "labels": {"Violence": {"block": 80, "review": 40}, "Pills": "review"},
        "default": "allow",
        "not_analyzed": "review",
    },
}
WORDS = [
    "Violence",
    "Pills",
    "Products",
    "Drugs & Tobacco",
    "block",
    "review",
    "allow",
    "Illustrated",
    "unknown",
]


@dataclass
class Clients:
    objects: S3Objects
    jobs: None = None


def check(scene):
    s3, files, jobs = MemoryS3(), [], []
    for number, job in enumerate(scene["jobs"]):
        parts = job if isinstance(job, dict) else {}
        manifest = parts.get("manifest")
        bodies = {
            "manifest": lines_of(manifest) if isinstance(manifest, list) else None,
            "results": lines_of(parts["results"]) if isinstance(parts.get("results"), list) else b"",
            "summary": lines_of([parts.get("summary")]),
        }
        uris = {name: f"s3://out/{number}/{name}.jsonl" for name in bodies}
        s3.objects |= {uris[name]: body for name, body in bodies.items() if body is not None}
        files.append(JobFiles(**bodies))
        jobs.append({f"{name}_uri": uri for name, uri in uris.items()} | _job(number))
    run = _run(scene, jobs, files, s3)
    if run:
        check_counts(run, files)
        check_lists(run)
        for number, job in enumerate(files):
            check_tables(s3, number, job)
        check_totals(s3, run, files)
        check_verdict_files(s3, run, len(files))
        check_ledger(s3, files)


def _job(number):
    return {"job_id": f"job-{number}", "engine": "bulk", "status": "SUCCEEDED", "model_version": "7.0"} | {
        "completed_at": f"2026-11-20T12:00:0{number % 10}+00:00"
    }


def _run(scene, jobs, files, s3):
    """Return ``None`` if the service refused a policy or a summary that is not one."""
    request = ResultsRequest(
        dag_id="moderation",
        run_id="manual",
        jobs=jobs,
        policy=scene["policy"],
        index="",
        tables=TABLES,
        verdicts=VERDICTS,
        ledger=LEDGER,
        max_items=MAX_ITEMS,
        max_bytes=MAX_BYTES,
    )
    # Small blocks: the lines of one image are in several.
    with mock.patch.object(download, "_BLOCK_BYTES", 300):
        try:
            run = process_results(request, Clients(S3Objects(s3)))
        except InvalidPolicy:
            assert not _is_policy(scene["policy"])
            return None
        except MalformedSummary:
            assert not all(job.is_readable for job in files)
            return None
    assert all(job.is_readable for job in files)
    return run


def _is_policy(document):
    try:
        parse_policy(document)
    except InvalidPolicy:
        return False
    return True
