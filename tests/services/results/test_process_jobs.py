import json
import threading
from dataclasses import replace

import pytest

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.results.table_places import TablePlaces
from airflow_provider_rekmedia.core.jobs.job_reference import parse_job_reference
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL
from airflow_provider_rekmedia.core.verdicts.tally import Tally
from airflow_provider_rekmedia.services.results.process_jobs import (
    MAX_MODEL_VERSIONS,
    ResultSinks,
    process_jobs,
)


@pytest.fixture
def job(stage):
    stage.put_manifest(
        stage.put_image("pills.jpg", labels="Pills=88.5"), stage.put_image("broken.jpg", body=b"GIF89a")
    )
    job_id = stage.jobs.start(stage.request(), "token")
    stage.finish(job_id)
    return stage.jobs.fetch(job_id)


def destinations(stage, *, ledger=True):
    return ResultSinks(
        tally=Tally(10, 10_000),
        policy=ANY_LABEL,
        judgement=Judgement.by(ANY_LABEL, dag_id="nightly", run_id="r1"),
        tables=TablePlaces(S3Uri("analysis", "tables/"), stage.objects),
        ledger=Ledger(stage.objects, S3Uri("analysis", "ledger/")) if ledger else None,
    )


def ledger_files(stage):
    return list(stage.objects.iter_objects(S3Uri("analysis", "ledger/")))


def test_one_read_fills_counts_tables_and_ledger(stage, job):
    to = destinations(stage)
    (carried,) = process_jobs([job], stage.objects, to)
    uris = [file.uri for file in carried.tables]
    assert (to.tally.counts.images, to.tally.counts.review, to.tally.counts.failed) == (2, 2, 1)
    assert [f"s3://{each.uri.bucket}/{each.uri.key}" for each in stage.objects.iter_objects(
        S3Uri("analysis", "tables/"))] == sorted(uris)  # fmt: skip
    with to.ledger.entries() as entries:
        assert [(each.key, each.status) for each in entries] == [
            ("broken.jpg", "failed"),
            ("pills.jpg", "analyzed"),
        ]


def test_the_ledger_is_committed_after_the_tables(stage, job, monkeypatch):
    written = []
    real = stage.objects.put
    monkeypatch.setattr(
        stage.objects, "put", lambda uri, *rest: (written.append(uri.key.split("/")[0]), real(uri, *rest))
    )
    process_jobs([job], stage.objects, destinations(stage))
    assert written == ["tables", "tables", "ledger"]


def test_a_results_file_is_judged_again_without_a_rekognition_call(stage, job):
    before = stage.emulator.usage()["calls"]
    to = destinations(stage, ledger=False)
    process_jobs([parse_job_reference(job.results_uri)], stage.objects, to)
    assert (to.tally.counts.analyzed, to.tally.counts.failed) == (1, 0)
    assert json.dumps(stage.emulator.usage()["calls"]) == json.dumps(before)


def test_stored_results_do_not_change_the_ledger_entries_of_their_job(stage, job):
    to = destinations(stage)
    process_jobs([job], stage.objects, to)
    before = {each.uri: stage.objects.read(each.uri) for each in ledger_files(stage)}
    stored = replace(parse_job_reference(job.results_uri), job_id=job.job_id)
    process_jobs([stored], stage.objects, to)
    process_jobs([parse_job_reference(job.results_uri)], stage.objects, to)
    assert {each.uri: stage.objects.read(each.uri) for each in ledger_files(stage)} == before


def test_a_line_without_an_object_does_not_affect_counts_or_ledger(stage):
    stage.put_manifest("s3://photos/0.jpg", "s3://photos", "https://photos/1.jpg")
    job_id = stage.jobs.start(stage.request(), "token")
    stage.finish(job_id)
    to = destinations(stage)
    process_jobs([stage.jobs.fetch(job_id)], stage.objects, to)
    assert (to.tally.counts.images, to.tally.counts.failed) == (3, 2)
    with to.ledger.entries() as entries:
        assert [each.key for each in entries] == ["0.jpg"]


def test_the_number_of_model_versions_does_not_grow_with_the_images(stage, monkeypatch):
    lines = [
        b'{"source-ref": "s3://photos/%d.jpg", "detect-moderation-labels": {"ModerationLabels": [], '
        b'"ModerationModelVersion": "%d"}}' % (number, number)
        for number in range(1_000)
    ]
    monkeypatch.setattr(stage.objects, "iter_blocks", lambda _: iter(lines))
    to = replace(destinations(stage, ledger=False), tables=None)
    (carried,) = process_jobs([parse_job_reference("s3://analysis/stored.jsonl")], stage.objects, to)
    assert len(carried.model_versions) == MAX_MODEL_VERSIONS


@pytest.fixture
def jobs(stage):
    def start(number):
        stage.put_manifest(stage.put_image(f"{number}.jpg", labels="Pills=88.5"))
        job_id = stage.jobs.start(stage.request(), f"token-{number}")
        stage.finish(job_id)
        return stage.jobs.fetch(job_id)

    return [start(number) for number in range(3)]


def test_each_job_has_its_own_tables_in_the_order_of_the_jobs(stage, jobs):
    carried = process_jobs(jobs, stage.objects, destinations(stage))
    assert [{file.uri.rpartition("/")[2] for file in each.tables} for each in carried] == [
        {f"{job.job_id}.parquet"} for job in jobs
    ]


def test_one_job_is_written_while_the_next_is_read(stage, jobs, monkeypatch):
    writing, reading = threading.Event(), threading.Event()
    put, iter_blocks = stage.objects.put, stage.objects.iter_blocks

    def put_when_the_next_is_read(uri, *rest):
        writing.set()
        assert reading.wait(10)
        put(uri, *rest)

    def read_when_the_first_is_written(uri, *rest):
        if str(uri) == jobs[1].results_uri:
            reading.set()
            assert writing.wait(10)
        return iter_blocks(uri, *rest)

    monkeypatch.setattr(stage.objects, "put", put_when_the_next_is_read)
    monkeypatch.setattr(stage.objects, "iter_blocks", read_when_the_first_is_written)
    process_jobs(jobs, stage.objects, destinations(stage))


def test_a_failed_table_write_fails_the_task_before_the_ledger(stage, jobs, monkeypatch):
    real = stage.objects.put

    def put(uri, *rest):
        if uri.key.startswith("tables/images") and jobs[0].job_id in uri.key:
            raise ConnectionError
        real(uri, *rest)

    monkeypatch.setattr(stage.objects, "put", put)
    with pytest.raises(ConnectionError):
        process_jobs(jobs, stage.objects, destinations(stage))
    assert not [each for each in ledger_files(stage) if jobs[0].job_id in each.uri.key]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_complete_tables_are_written_if_the_next_job_cannot_be_read(stage, jobs, monkeypatch, error):
    real = stage.objects.iter_blocks

    def iter_blocks(uri, *rest):
        if jobs[1].results_uri == str(uri):
            raise error
        return real(uri, *rest)

    monkeypatch.setattr(stage.objects, "iter_blocks", iter_blocks)
    with pytest.raises(error):
        process_jobs(jobs, stage.objects, destinations(stage))
    (entry,) = ledger_files(stage)
    assert jobs[0].job_id in entry.uri.key
    tables = list(stage.objects.iter_objects(S3Uri("analysis", "tables/")))
    assert [jobs[0].job_id in each.uri.key for each in tables] == [True, True]
