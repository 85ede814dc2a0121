"""Results that are judged again by their uri, and jobs that are given twice: each image counts once."""

import io
import json

import pyarrow.parquet as pq
import pytest
from operators.judging import moderate, read
from task_runner import FakeTaskInstance

TABLES = "s3://photos/tables/"


def result(uri, version=None):
    labels = [{"Name": "Explicit", "Confidence": 99, "ParentName": "", "TaxonomyLevel": 1}]
    found = {"ModerationLabels": labels} | ({"ModerationModelVersion": version} if version else {})
    return json.dumps({"source-ref": uri, "detect-moderation-labels": found}).encode() + b"\n"


def put(photos, key, *lines):
    photos.client.put_object(Bucket="photos", Key=key, Body=b"".join(lines))
    return f"s3://photos/{key}"


def keys(photos, prefix="tables/"):
    return [
        stored["Key"] for stored in photos.client.list_objects_v2(Bucket="photos", Prefix=prefix)["Contents"]
    ]


def rows(photos, table):
    bodies = [photos.client.get_object(Bucket="photos", Key=key)["Body"].read() for key in keys(photos)
              if f"/{table}/" in key]  # fmt: skip
    return [row for body in bodies for row in pq.read_table(io.BytesIO(body)).to_pylist()]


def days(photos):
    return {key.split("analyzed_date=")[1].split("/")[0] for key in keys(photos)}


@pytest.fixture
def named(night, aws):
    """A job whose results are named after it, as AWS's are."""
    aws.configure(created_s=0.05, queued_s=0.05, in_progress_s=0.1, unguessable_keys=False)
    return moderate(night.put_manifest("s3://photos/uploads/cat.jpg", "s3://photos/uploads/pills.jpg"))


@pytest.mark.parametrize("again", ["job_id", "results_uri", "itself"])
def test_a_duplicated_job_counts_once(photos, named, again, task_log):
    summary = read([named, named if again == "itself" else named[again]], parquet=TABLES)

    assert summary["counts"]["images"] == 2
    assert summary["job_ids"] == [named["job_id"]]
    assert len(summary["table_uris"]) == len(keys(photos)) == 2
    assert "1 of 2 jobs were given twice and count once" in task_log.text


def test_results_of_the_same_name_in_two_folders_are_two_jobs(photos):
    uris = [put(photos, f"{day}/results.jsonl", result(f"s3://photos/{day}.jpg")) for day in ("mon", "tue")]

    summary = read(uris, parquet=TABLES)

    assert summary["counts"]["images"] == 2
    assert len(set(summary["job_ids"])) == 2
    assert {row["uri"] for row in rows(photos, "images")} == {"s3://photos/mon.jpg", "s3://photos/tue.jpg"}


def test_a_job_and_its_stored_results_share_their_rows(photos, named):
    first = read(named, parquet=TABLES, policy={"name": "first", "labels": {"Pills": "block"}})
    again = read(named["results_uri"], parquet=TABLES, policy={"name": "again", "labels": {"Pills": "allow"}})

    assert again["table_uris"] == first["table_uris"]
    assert len(keys(photos)) == 2
    assert {(row["key"], row["verdict"], row["policy"]) for row in rows(photos, "images")} == {
        ("uploads/cat.jpg", "allow", "again"),
        ("uploads/pills.jpg", "allow", "again"),
    }
    assert {row["policy"] for row in rows(photos, "labels")} == {"again"}


def test_stored_results_stay_in_the_partition_of_their_job(photos, named):
    """The job ended before midnight, S3 wrote the file after it."""
    read(named | {"completed_at": "2026-01-31T23:59:59+00:00"}, parquet=TABLES)

    read(named["results_uri"], parquet=TABLES)

    assert days(photos) == {"2026-01-31"}
    assert len(keys(photos)) == 2


def test_stored_results_of_an_unknown_job_are_in_the_partition_of_their_upload(photos):
    uri = put(photos, "stored.jsonl", result("s3://photos/a.jpg"))
    written_at = photos.client.head_object(Bucket="photos", Key="stored.jsonl")["LastModified"]

    read(uri, parquet=TABLES)
    read(uri, parquet=TABLES)

    assert days(photos) == {f"{written_at:%Y-%m-%d}"}
    assert [row["analyzed_at"] for row in rows(photos, "images")] == [written_at]
    assert [row["analyzed_at"] for row in rows(photos, "labels")] == [written_at]


def test_stored_results_have_the_model_versions_of_their_lines(photos):
    old, new = result("s3://photos/a.jpg", "6.1"), result("s3://photos/b.jpg", "7.0")
    uri = put(photos, "stored.jsonl", new, old, result("s3://photos/c.jpg"))

    summary = read(uri, parquet=TABLES)

    assert summary["model_versions"] == ["6.1", "7.0"]
    versions = {"s3://photos/a.jpg": "6.1", "s3://photos/b.jpg": "7.0", "s3://photos/c.jpg": None}
    for table in ("images", "labels"):
        assert {row["uri"]: row["model_version"] for row in rows(photos, table)} == versions


def test_a_job_has_its_own_model_version(photos, named):
    summary = read(named | {"model_version": "7.1"}, parquet=TABLES)

    assert summary["model_versions"] == ["7.1"]
    assert {row["model_version"] for row in rows(photos, "images")} == {"7.1"}


def test_the_xcom_has_at_most_twenty_model_versions(photos):
    lines = [result(f"s3://photos/{number}.jpg", str(number)) for number in range(1_000)]
    ti = FakeTaskInstance()

    read(put(photos, "stored.jsonl", *lines), ti)

    assert 0 < len(ti.xcoms["summary"]["model_versions"]) <= 20


def test_stored_results_do_not_change_the_ledger(photos, named):
    read(named, ledger="s3://photos/ledger/")
    (key,) = keys(photos, "ledger/")
    before = photos.client.get_object(Bucket="photos", Key=key)["Body"].read()

    read(named["results_uri"], ledger="s3://photos/ledger/")

    assert keys(photos, "ledger/") == [key]
    assert photos.client.get_object(Bucket="photos", Key=key)["Body"].read() == before
