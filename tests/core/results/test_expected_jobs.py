import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.results.expected_jobs import parse_index_uri, unaccounted_manifests


def job_of(manifest):
    return Job(job_id="1", engine=Engine.BULK, status=JobStatus.SUCCEEDED, manifest_uri=manifest)


def test_a_manifest_without_a_job_is_unaccounted_with_all_of_its_images():
    found = unaccounted_manifests({"s3://b/1": 10, "s3://b/2": 7}, [job_of("s3://b/1")])

    assert [(each.lines, each.code, "s3://b/2" in each.message) for each in found.values()] == [
        (7, "UNACCOUNTED", True)
    ]
    assert unaccounted_manifests({"s3://b/1": 10}, [job_of("s3://b/1"), job_of(None)]) == {}


@pytest.mark.parametrize(
    "value", ["s3://b/run/index.json", {"uri": "s3://b/run/index.json", "skip_file": None}]
)
def test_an_index_is_an_xcom_or_a_uri(value):
    assert str(parse_index_uri(value)) == "s3://b/run/index.json"


def test_a_dry_run_has_no_index():
    assert parse_index_uri({"uri": None, "skip_file": None}) is None


@pytest.mark.parametrize("value", [None, "", {}, {"skip_file": None}, 7, []])
def test_an_index_of_a_failed_task_is_refused(value):
    with pytest.raises(InvalidArgument, match="did that task fail"):
        parse_index_uri(value)
