from dataclasses import replace

import pytest
from services.per_image.per_image_stage import bulk_job
from services.test_create_manifests import REQUEST as MANIFESTS

from airflow_provider_rekmedia.core.errors import FilesMissing, InvalidJob, JobsMissing, TooManyFailed
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus, encode_job
from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance
from airflow_provider_rekmedia.services.create_manifests import OnEmpty, create_manifests
from airflow_provider_rekmedia.services.process_results import ResultsRequest, process_results

ANY = parse_tolerance(None)
REQUEST = ResultsRequest(
    dag_id="nightly",
    run_id="r1",
    jobs=None,
    policy=None,
    index="",
    tables=None,
    verdicts=None,
    ledger=None,
    max_items=100,
    max_bytes=40_000,
)


@pytest.fixture
def job(stage):
    stage.put_manifest(
        stage.put_image("pills.jpg", labels="Pills=90"), stage.put_image("broken.jpg", body=b"GIF89a")
    )
    return bulk_job(stage)


def test_a_duplicated_job_is_counted_once(stage, job):
    run = process_results(replace(REQUEST, jobs=[encode_job(job), job.job_id]), stage)

    assert run.summary["job_ids"] == [job.job_id]
    assert run.summary["counts"] == run.tally.counts.as_dict()
    assert (run.tally.counts.flagged, run.tally.counts.failed) == (2, 1)
    flagged = [image["uri"] for image in run.tally.flagged]
    assert flagged == ["s3://photos/pills.jpg", "s3://photos/broken.jpg"]
    assert run.uris_read() == [job.manifest_uri, job.results_uri, job.summary_uri]
    run.check(ANY)


def test_too_many_failures_are_an_error_after_the_run(stage, job):
    run = process_results(replace(REQUEST, jobs=encode_job(job)), stage)

    with pytest.raises(TooManyFailed):
        run.check(parse_tolerance(0))


def test_a_manifest_without_a_job_is_an_error_after_the_run(stage):
    created = create_manifests(MANIFESTS, stage)

    run = process_results(replace(REQUEST, index=created.index_uri), stage)

    assert run.tally.counts.unaccounted == 3
    with pytest.raises(JobsMissing, match="Manifests without a job that succeeded: 2 of 2"):
        run.check(ANY)


def test_without_any_manifest_there_is_no_run(stage):
    created = create_manifests(
        replace(MANIFESTS, source="s3://photos/nothing/", on_empty=OnEmpty.SKIP), stage
    )

    assert process_results(replace(REQUEST, index={"uri": created.index_uri}), stage) is None


def test_a_job_that_is_not_final_is_an_error_after_the_run(stage):
    running = Job(job_id="per-image-1", engine=Engine.PER_IMAGE, status=JobStatus.IN_PROGRESS)

    run = process_results(replace(REQUEST, jobs=encode_job(running)), stage)

    with pytest.raises(FilesMissing):
        run.check(ANY)


def test_without_an_index_a_job_is_required(stage):
    with pytest.raises(InvalidJob):
        process_results(REQUEST, stage)
