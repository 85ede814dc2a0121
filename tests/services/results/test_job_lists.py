import json
from types import SimpleNamespace

import pytest

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.results.job_files import MAX_LISTED_JOBS, JobFiles, RunFiles
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.results.job_lists import jobs_file_uri, list_jobs
from airflow_provider_rekmedia.services.results.run_report import ReportRequest

LISTS = ("job_ids", "results_uris", "summary_uris", "table_uris")
URI = S3Uri("photos", "report/dag/results/run/jobs.json")


class Objects:
    """Keeps what is written."""

    def __init__(self):
        self.written = {}

    def put(self, uri, body, content_type):
        self.written[uri] = json.loads(body)


def run_of(count):
    """The files of a run, with uris as long as those of a real run."""
    jobs = (
        JobFiles(
            job_id=f"{number:064}",
            manifest_uri=f"s3://photos/moderation/manifests/nightly/manifest/run/{number:05}.jsonl",
            results_uri=f"s3://photos/moderation/jobs/{number:064}-results.jsonl",
            summary_uri=f"s3://photos/moderation/jobs/{number:064}-manifest-summary.json",
            table_uris=tuple(
                f"s3://photos/tables/{table}/dt=2026-05-01/{number:064}.parquet"
                for table in ("images", "labels")
            ),
        )
        for number in range(count)
    )
    return RunFiles(dag_id="nightly", run_id="run", jobs=tuple(jobs))


@pytest.mark.parametrize("count", [0, 1, MAX_LISTED_JOBS])
def test_the_xcoms_list_up_to_a_hundred_jobs(count):
    objects = Objects()

    listed = list_jobs(run_of(count), URI, objects)

    assert [len(listed[name]) for name in LISTS] == [count, count, count, 2 * count]
    assert listed["jobs_file"] is None
    assert not objects.written


def test_the_files_of_more_jobs_are_in_a_file():
    objects, run = Objects(), run_of(1000)

    listed = list_jobs(run, URI, objects)

    assert listed == dict.fromkeys(LISTS) | {"jobs_file": str(URI)}
    written = objects.written[URI]
    assert written["version"] == 1
    assert [job["results_uri"] for job in written["jobs"]] == [job.results_uri for job in run.jobs]
    assert len(written["jobs"][-1]["table_uris"]) == 2


def test_without_a_place_for_the_file_every_job_is_listed():
    assert len(list_jobs(run_of(101), None, Objects())["job_ids"]) == 101


@pytest.mark.parametrize(("count", "most_bytes"), [(1, 1_000), (20, 13_000), (100, 65_000), (1000, 250)])
def test_the_lists_are_small(count, most_bytes):
    assert len(json.dumps(list_jobs(run_of(count), URI, Objects()))) < most_bytes


def test_the_file_is_beside_the_report_or_the_verdict_files():
    identity = TaskIdentity("nightly", "run", "results", -1)
    report = ReportRequest(
        prefix=S3Uri("photos", "report/"),
        identity=identity,
        data_interval_start=None,
        data_interval_end=None,
    )
    task = SimpleNamespace(dag_id="nightly", run_id="run")

    def uri(**prefixes):
        return jobs_file_uri(**{"report": None, "verdicts": None} | prefixes | vars(task))

    verdicts = S3Uri("photos", "verdicts/")
    assert str(uri(report=report, verdicts=verdicts)).startswith("s3://photos/report/nightly/results/run-")
    assert str(uri(report=report)).endswith("/jobs.json")
    assert str(uri(verdicts=verdicts)) == "s3://photos/verdicts/dag_id=nightly/run_id=run/_jobs.json"
    assert uri() is None
