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
from airflow_provider_rekmedia.services.results.listed_images import read_listed_images

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
    commit = LedgerCommit(job, ledger, read_listed_images(job.manifest_uri, stage.objects))
    commit.add(outcomes)
    commit.write()
    with ledger.entries() as entries:
        return {entry.key.removesuffix(".jpg"): entry for entry in entries}


def put_beside(stage, *entries):
    body = b"".join(map(encode_shard_entry, entries))
    stage.objects.put(shard_entries_uri(MANIFEST), body, "application/jsonl")


def test_an_entry_has_the_outcome_etag_and_provenance_of_its_image(stage):
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
def test_a_line_without_an_object_has_no_entry(stage, no_object):
    results = [ImageResult(ref, Detection(())) for ref in (no_object, uri("a"))]
    failures = [ImageFailure(ref, "X", "") for ref in (no_object, uri("b"))]
    assert set(committed(stage, Outcomes(results, failures))) == {"a", "b"}


def test_a_manifest_of_another_program_has_no_companion_files(stage):
    assert committed(stage, Outcomes([ImageResult(uri("a"), Detection(()))]))["a"].etag == ""


def test_a_damaged_companion_file_is_an_error(stage):
    stage.emulator.inject("error", operation="S3", code="AccessDenied", status=403)
    with pytest.raises(ServiceError):
        read_listed_images(JOB.manifest_uri, stage.objects)


def test_an_entry_has_the_end_of_its_job_and_the_number_of_tries(stage):
    put_beside(stage, ShardEntry(uri("a"), "e1", 2))
    entry = committed(stage, Outcomes([ImageResult(uri("a"), Detection(()))]))["a"]
    assert (entry.at, entry.attempts) == (JOB.completed_at, 3)
