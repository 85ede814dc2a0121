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
    commit = LedgerCommit(job, ledger, read_listed_images(job.manifest_uri, stage.objects), stage.objects)
    commit.add(outcomes)
    commit.write()
    with ledger.entries() as entries:
        return {entry.key.removesuffix(".jpg"): entry for entry in entries}


def put_beside(stage, *entries):
    body = b"".join(map(encode_shard_entry, entries))
    stage.objects.put(shard_entries_uri(MANIFEST), body, "application/jsonl")


def listed(stage, name, *, attempts=0, scan="", **changes):
    """Put an image into the bucket, and return what a listing of now writes beside the manifest."""
    stage.put_image(f"{name}.jpg", **changes)
    found = stage.objects.find_image(S3Uri("photos", f"{name}.jpg"))
    return ShardEntry(uri(name), found.etag, attempts, scan, found.modified_at)


def analyzed(*names):
    return Outcomes([ImageResult(uri(name), Detection(())) for name in names])


def test_an_entry_has_the_outcome_etag_and_provenance_of_its_image(stage):
    a, b = listed(stage, "a", scan="v8"), listed(stage, "b", attempts=1, scan="v8")
    put_beside(stage, a, b)
    failures = [
        ImageFailure(uri("b"), "AccessDeniedException", ""),
        ImageFailure(uri("c"), "InvalidImageFormatException", ""),
        ImageFailure(None, "BAD_RESULT_LINE", "", 3),
    ]
    entries = committed(stage, Outcomes([ImageResult(uri("a"), Detection(()))], failures))
    assert set(entries) == {"a", "b", "c"}
    told = {name: (each.status, each.etag, each.attempts, each.permanent) for name, each in entries.items()}
    assert told["a"] == ("analyzed", a.etag, 1, False)
    assert told["b"] == ("failed", b.etag, 2, False)
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
    put_beside(stage, listed(stage, "a", attempts=2))
    entry = committed(stage, Outcomes([ImageResult(uri("a"), Detection(()))]))["a"]
    assert (entry.at, entry.attempts) == (JOB.completed_at, 3)


def replace_and_put_back(stage):
    stage.put_image("a.jpg", body=b"a clean image")
    stage.emulator.move_clock(1)
    stage.put_image("a.jpg")


@pytest.mark.parametrize(
    "change",
    [
        replace_and_put_back,
        lambda stage: stage.put_image("a.jpg", body=b"other bytes in the same second"),
        lambda stage: stage.s3.delete_object(Bucket="photos", Key="a.jpg"),
    ],
)
@pytest.mark.parametrize("others", [0, 20])  # HEAD requests, and a listing
def test_an_image_that_did_not_stand_still_is_not_committed(stage, change, others, caplog):
    names = [f"b{number:02}" for number in range(others)]
    put_beside(stage, listed(stage, "a"), *(listed(stage, name) for name in names))
    change(stage)

    entries = committed(stage, analyzed("a", *names))

    assert set(entries) == set(names)
    assert (
        f"1 of {others + 1} images were overwritten, deleted or made unreadable after their listing"
        in caplog.text
    )
    assert uri("a") in caplog.text


def test_a_failed_image_that_did_not_stand_still_loses_no_attempt(stage):
    put_beside(stage, listed(stage, "a"))
    stage.put_image("a.jpg", body=b"others")
    assert committed(stage, Outcomes(failures=[ImageFailure(uri("a"), "X", "")])) == {}


def test_changed_images_are_counted(stage):
    put_beside(stage, listed(stage, "a"), listed(stage, "b"))
    stage.put_image("a.jpg", body=b"others")
    commit = LedgerCommit(
        JOB,
        Ledger(stage.objects, S3Uri("analysis", "ledger/")),
        read_listed_images(JOB.manifest_uri, stage.objects),
        stage.objects,
    )
    commit.add(analyzed("a", "b"))
    assert commit.write() == 1


@pytest.mark.parametrize("can_list", [True, False])
def test_an_image_that_may_not_be_read_fails_no_other_and_is_committed_if_it_is_listed(stage, can_list):
    put_beside(stage, listed(stage, "a"), listed(stage, "b"))
    stage.emulator.deny("s3:GetObject", "photos/b.jpg")
    if not can_list:
        stage.emulator.deny("s3:ListBucket", "photos/*")
    outcomes = Outcomes(analyzed("a").results, [ImageFailure(uri("b"), "AccessDeniedException", "")])
    assert set(committed(stage, outcomes)) == ({"a", "b"} if can_list else {"a"})


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
