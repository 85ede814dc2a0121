from datetime import UTC, datetime

import pytest

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.core.errors import ServiceError
from airflow_provider_rekmedia.core.images.shard_entry import (
    ShardEntry,
    encode_shard_entry,
    shard_entries_uri,
)
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.results.ledger_commit import LedgerCommit

MANIFEST = S3Uri("photos", "manifest.jsonl")
JOB = Job(
    job_id="j1",
    engine=Engine.BULK,
    status=JobStatus.SUCCEEDED,
    manifest_uri=str(MANIFEST),
    model_version="7.0",
    completed_at=datetime(2026, 11, 20, tzinfo=UTC),
)


def uri(name):
    return f"s3://photos/{name}.jpg"


def committed(stage, outcomes, job=JOB):
    ledger = Ledger(stage.objects, S3Uri("analysis", "ledger/"))
    commit = LedgerCommit(job, ledger, stage.objects)
    commit.add(outcomes)
    commit.write()
    with ledger.entries() as entries:
        return {entry.key.removesuffix(".jpg"): entry for entry in entries}


def put_beside(stage, *entries):
    body = b"".join(map(encode_shard_entry, entries))
    stage.objects.put(shard_entries_uri(MANIFEST), body, "application/jsonl")


def test_what_became_of_each_image_is_known_with_its_bytes_and_provenance(stage):
    put_beside(stage, ShardEntry(uri("a"), "e1", 0, "v8"), ShardEntry(uri("b"), "e2", 1, "v8"))
    failures = [
        ImageFailure(uri("b"), "AccessDeniedException", ""),
        ImageFailure(uri("c"), "InvalidImageFormatException", ""),
        ImageFailure(None, "BAD_RESULT_LINE", "", 3),
    ]
    entries = committed(stage, Outcomes([ImageResult(uri("a"), Detection(()))], failures))
    assert set(entries) == {"a", "b", "c"}
    told = {name: (each.status, each.etag, each.attempts, each.permanent) for name, each in entries.items()}
    assert told["a"] == ("analyzed", "e1", 1, False)
    assert told["b"] == ("failed", "e2", 2, False)
    assert told["c"] == ("failed", "", 1, True)
    first = entries["a"]
    assert (first.scan, first.model_version, first.engine, first.job_id) == ("v8", "7.0", "bulk", "j1")


def test_an_image_that_failed_once_and_was_analyzed_once_was_analyzed(stage):
    outcomes = Outcomes([ImageResult(uri("a"), Detection(()))], [ImageFailure(uri("a"), "X", "")])
    assert committed(stage, outcomes)["a"].status == "analyzed"


@pytest.mark.parametrize("no_object", ["http://x/y.jpg", "s3://photos", "s3://photos/", "s3:///a.jpg", ""])
def test_what_is_no_object_has_no_entry_and_costs_no_other_its_own(stage, no_object):
    results = [ImageResult(each, Detection(())) for each in (no_object, uri("a"))]
    failures = [ImageFailure(each, "X", "") for each in (no_object, uri("b"))]
    assert set(committed(stage, Outcomes(results, failures))) == {"a", "b"}


def test_another_programs_manifest_has_nothing_beside_it(stage):
    assert committed(stage, Outcomes([ImageResult(uri("a"), Detection(()))]))["a"].etag == ""


def test_what_cannot_be_read_beside_a_manifest_is_not_taken_for_absent(stage):
    stage.emulator.inject("error", operation="S3", code="AccessDenied", status=403)
    with pytest.raises(ServiceError):
        LedgerCommit(JOB, Ledger(stage.objects, S3Uri("analysis", "ledger/")), stage.objects)


def test_an_entry_tells_when_its_job_ended_and_every_try(stage):
    put_beside(stage, ShardEntry(uri("a"), "e1", 2))
    entry = committed(stage, Outcomes([ImageResult(uri("a"), Detection(()))]))["a"]
    assert (entry.at, entry.attempts) == (JOB.completed_at, 3)


@pytest.mark.parametrize("code", ["InvalidS3ObjectException", "InternalServerError", "UNACCOUNTED"])
def test_no_image_loses_an_attempt_if_the_service_read_none(stage, caplog, code):
    failures = [ImageFailure(uri(name), code, "") for name in ("a", "b")]
    assert committed(stage, Outcomes(failures=failures)) == {}
    assert "could read none of its 2 images" in caplog.text
    assert code in caplog.text


@pytest.mark.parametrize("code", ["InvalidImageFormatException", "InvalidParameterException"])
def test_a_refused_image_shows_that_the_others_failed_too(stage, code):
    failures = [ImageFailure(uri("a"), code, ""), ImageFailure(uri("b"), "InvalidS3ObjectException", "")]
    assert set(committed(stage, Outcomes(failures=failures))) == {"a", "b"}


def test_a_job_without_entries_logs_nothing(stage, caplog):
    assert committed(stage, Outcomes()) == {}
    assert not caplog.text
