import pytest
from aws_stage import MANIFEST, OUTPUT

from airflow_provider_rekmedia.adapters.per_image.job_files import PerImageJobFiles
from airflow_provider_rekmedia.core.errors import UnreadableRecord
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.s3_uri import S3Uri

REQUEST = MediaAnalysisRequest(manifest=MANIFEST, output=OUTPUT, job_name="nightly")
JOB = Job(job_id="per-image-1", engine=Engine.PER_IMAGE, status=JobStatus.SUCCEEDED)


@pytest.fixture
def files(stage):
    return PerImageJobFiles(stage.objects, REQUEST, TaskIdentity("dag", "run", "task", -1))


def test_a_finished_job_round_trips(files):
    assert files.read_job(None) is None
    assert files.read_job(JOB.job_id) is None

    files.write_job(JOB)

    assert files.read_job(JOB.job_id) == JOB


@pytest.mark.parametrize("body", [b'{"job_id": 7}', b"[]", b"\xff", b'{"later": ' + b"[" * 100_000])
def test_a_damaged_job_is_an_error(files, stage, body):
    files.write_job(JOB)
    (uri,) = (found.uri for found in stage.objects.iter_objects(OUTPUT))
    stage.objects.put(uri, body, "application/json")

    with pytest.raises(UnreadableRecord, match=r"job\.json"):
        files.read_job(JOB.job_id)


def test_each_job_has_its_own_parts(files, stage):
    stage.objects.put(files.parts_folder("a").join("1.jsonl"), b"", "application/jsonl")

    assert files.has_parts("a")
    assert not files.has_parts("b")


def test_everything_is_hidden_below_the_output(files, stage):
    files.write_job(JOB)
    (uri,) = (found.uri for found in stage.objects.iter_objects(S3Uri("analysis", "")))

    assert uri.key.startswith("nightly/_rekmedia/per_image/")
