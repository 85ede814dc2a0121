import json
from dataclasses import replace

import pytest

from airflow_provider_rekmedia.adapters.job_results import MOST_MODEL_VERSIONS, Destinations, carry
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.table_places import TablePlaces
from airflow_provider_rekmedia.core.job_reference import parse_job_reference
from airflow_provider_rekmedia.core.policy import ANY_LABEL
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.tally import Tally


@pytest.fixture
def job(stage):
    stage.put_manifest(
        stage.put_image("pills.jpg", labels="Pills=88.5"), stage.put_image("broken.jpg", body=b"GIF89a")
    )
    job_id = stage.jobs.start(stage.request(), "token")
    stage.finish(job_id)
    return stage.jobs.fetch(job_id)


def destinations(stage, *, ledger=True):
    return Destinations(
        tally=Tally(10, 10_000),
        policy=ANY_LABEL,
        tables=TablePlaces(S3Uri("analysis", "tables/"), stage.objects),
        ledger=Ledger(stage.objects, S3Uri("analysis", "ledger/")) if ledger else None,
    )


def ledger_files(stage):
    return list(stage.objects.iter_objects(S3Uri("analysis", "ledger/")))


def test_what_was_read_once_reaches_counts_tables_and_ledger(stage, job):
    to = destinations(stage)
    uris = [file.uri for file in carry(job, stage.objects, to).tables]
    assert (to.tally.counts["images"], to.tally.counts["review"], to.tally.counts["failed"]) == (2, 1, 1)
    assert [f"s3://{each.uri.bucket}/{each.uri.key}" for each in stage.objects.iter_objects(
        S3Uri("analysis", "tables/"))] == sorted(uris)  # fmt: skip
    with to.ledger.entries() as entries:
        assert [(each.key, each.status) for each in entries] == [
            ("broken.jpg", "failed"),
            ("pills.jpg", "analyzed"),
        ]


def test_the_ledger_is_told_last_so_that_what_it_has_is_in_the_tables(stage, job, monkeypatch):
    written = []
    real = stage.objects.put
    monkeypatch.setattr(
        stage.objects, "put", lambda uri, *rest: (written.append(uri.key.split("/")[0]), real(uri, *rest))
    )
    carry(job, stage.objects, destinations(stage))
    assert written == ["tables", "tables", "ledger"]


def test_a_results_file_is_judged_again_without_a_call_of_rekognition(stage, job):
    before = stage.emulator.usage()["calls"]
    to = destinations(stage, ledger=False)
    carry(parse_job_reference(job.results_uri), stage.objects, to)
    assert (to.tally.counts["analyzed"], to.tally.counts["failed"]) == (1, 0)
    assert json.dumps(stage.emulator.usage()["calls"]) == json.dumps(before)


def test_stored_results_leave_the_jobs_entries_in_the_ledger_as_they_are(stage, job):
    to = destinations(stage)
    carry(job, stage.objects, to)
    before = {each.uri: stage.objects.read(each.uri) for each in ledger_files(stage)}
    stored = replace(parse_job_reference(job.results_uri), job_id=job.job_id)
    carry(stored, stage.objects, to)
    carry(parse_job_reference(job.results_uri), stage.objects, to)
    assert {each.uri: stage.objects.read(each.uri) for each in ledger_files(stage)} == before


def test_a_line_that_names_no_object_costs_neither_counts_nor_ledger(stage):
    stage.put_manifest("s3://photos/0.jpg", "s3://photos", "https://photos/1.jpg")
    job_id = stage.jobs.start(stage.request(), "token")
    stage.finish(job_id)
    to = destinations(stage)
    carry(stage.jobs.fetch(job_id), stage.objects, to)
    assert (to.tally.counts["images"], to.tally.counts["failed"]) == (3, 2)
    with to.ledger.entries() as entries:
        assert [each.key for each in entries] == ["0.jpg"]


def test_versions_of_the_model_do_not_gather_with_the_images(stage, monkeypatch):
    lines = [
        b'{"source-ref": "s3://photos/%d.jpg", "detect-moderation-labels": {"ModerationLabels": [], '
        b'"ModerationModelVersion": "%d"}}' % (number, number)
        for number in range(1_000)
    ]
    monkeypatch.setattr(stage.objects, "iter_blocks", lambda _: iter(lines))
    to = replace(destinations(stage, ledger=False), tables=None)
    carried = carry(parse_job_reference("s3://analysis/stored.jsonl"), stage.objects, to)
    assert len(carried.model_versions) == MOST_MODEL_VERSIONS
