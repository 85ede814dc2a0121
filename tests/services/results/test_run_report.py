"""The report of a run, written by the service that processes its results."""

from dataclasses import replace

import pytest
from services.per_image.per_image_stage import bulk_job
from services.test_create_manifests import REQUEST as MANIFESTS
from services.test_process_results import REQUEST

from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.jobs.job import encode_job
from airflow_provider_rekmedia.core.report.report_file import decode_report
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.services.create_manifests import OnEmpty, create_manifests
from airflow_provider_rekmedia.services.process_results import process_results
from airflow_provider_rekmedia.services.results.run_report import ReportRequest


def request_of(run_id="r1", **changes):
    report = ReportRequest(
        prefix=S3Uri("analysis", "report/"),
        identity=TaskIdentity("nightly", run_id, "results", -1),
        data_interval_start=None,
        data_interval_end=None,
    )
    return replace(REQUEST, report=report, **changes)


@pytest.fixture
def job(stage):
    stage.put_manifest(
        stage.put_image("pills.jpg", labels="Pills=90"), stage.put_image("broken.jpg", body=b"GIF89a")
    )
    return bulk_job(stage)


def test_the_report_is_about_the_run_and_its_policy(stage, job):
    policy = {"name": "strict", "labels": {"Pills": "block"}, "not_analyzed": "block"}

    run = process_results(request_of(jobs=encode_job(job), policy=policy), stage)

    stored = decode_report(stage.objects.read(run.report.uris.json), "")
    assert stored == run.report.report
    source = stored.provenance
    assert (source.policy_name, source.not_analyzed.value) == ("strict", "block")
    assert source.policy_digest == run.summary["policy_digest"]
    assert (source.jobs, source.model_versions) == ((job.job_id,), ("7.0",))
    assert (stored.images.block, stored.images.failed, stored.images.manifest) == (1, 1, 2)
    assert stored.cost.run_images == run.billed == 1


def test_manifests_without_a_job_are_in_the_report(stage):
    created = create_manifests(MANIFESTS, stage)

    run = process_results(request_of(index=created.index_uri), stage)

    assert run.report.report.images.unaccounted == 3
    (failure,) = run.report.report.failures
    assert (failure.code, failure.images) == ("UNACCOUNTED", 3)


def test_a_damaged_report_of_another_run_fails_the_task_before_results_are_read(stage, job):
    first = process_results(request_of("r1", jobs=encode_job(job)), stage)
    stage.objects.put(first.report.uris.json, b"{}", "application/json")
    stage.objects.delete(parse_s3_uri(job.results_uri))

    with pytest.raises(UnreadableReport, match="r1-"):
        process_results(request_of("r2", jobs=encode_job(job)), stage)


def test_a_run_without_images_writes_no_report(stage):
    created = create_manifests(
        replace(MANIFESTS, source="s3://photos/nothing/", on_empty=OnEmpty.SKIP), stage
    )

    assert process_results(request_of(index={"uri": created.index_uri}), stage) is None
    assert list(stage.objects.iter_objects(S3Uri("analysis", "report/"))) == []


def test_the_labels_of_the_report_are_not_cut_by_the_bytes_of_an_xcom(stage, job):
    run = process_results(request_of(jobs=encode_job(job), max_bytes=2), stage)

    assert run.tally.label_counts == {}
    assert {label.name for label in run.report.report.labels} >= {"Pills", "Products"}
