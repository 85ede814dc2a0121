"""Results that are judged again by their uri, and jobs that are given twice: each image counts once."""

import io
import json

import pyarrow.parquet as pq
import pytest
from operators.judging import moderate, read

TABLES = "s3://photos/tables/"


def result(uri, version=None):
    labels = [{"Name": "Explicit", "Confidence": 99, "ParentName": "", "TaxonomyLevel": 1}]
    found = {"ModerationLabels": labels} | ({"ModerationModelVersion": version} if version else {})
    return json.dumps({"source-ref": uri, "detect-moderation-labels": found}).encode() + b"\n"


def put(photos, key, *lines):
    photos.client.put_object(Bucket="photos", Key=key, Body=b"".join(lines))
    return f"s3://photos/{key}"


def keys(photos, prefix="tables/"):
    return [each["Key"] for each in photos.client.list_objects_v2(Bucket="photos", Prefix=prefix)["Contents"]]


def rows(photos, table):
    bodies = [photos.client.get_object(Bucket="photos", Key=key)["Body"].read() for key in keys(photos)
              if f"/{table}/" in key]  # fmt: skip
    return [row for body in bodies for row in pq.read_table(io.BytesIO(body)).to_pylist()]


@pytest.fixture
def named(night, aws):
    """A job whose results are named after it, as AWS's are."""
    aws.configure(created_s=0.05, queued_s=0.05, in_progress_s=0.1, unguessable_keys=False)
    return moderate(night.put_manifest("s3://photos/uploads/cat.jpg", "s3://photos/uploads/pills.jpg"))


@pytest.mark.parametrize("again", ["job_id", "results_uri", "itself"])
def test_a_job_that_is_given_twice_counts_once(photos, named, again, task_log):
    told = read([named, named if again == "itself" else named[again]], parquet=TABLES)

    assert told["counts"]["images"] == 2
    assert told["job_ids"] == [named["job_id"]]
    assert len(told["table_uris"]) == len(keys(photos)) == 2
    assert "1 of 2 jobs were given twice and count once" in task_log.text


def test_results_of_the_same_name_in_two_folders_are_two_jobs(photos):
    uris = [put(photos, f"{day}/results.jsonl", result(f"s3://photos/{day}.jpg")) for day in ("mon", "tue")]

    told = read(uris, parquet=TABLES)

    assert told["counts"]["images"] == 2
    assert len(set(told["job_ids"])) == 2
    assert {row["uri"] for row in rows(photos, "images")} == {"s3://photos/mon.jpg", "s3://photos/tue.jpg"}


def test_stored_results_commit_nothing_to_the_ledger(photos, named):
    read(named, ledger="s3://photos/ledger/")
    (key,) = keys(photos, "ledger/")
    before = photos.client.get_object(Bucket="photos", Key=key)["Body"].read()

    read(named["results_uri"], ledger="s3://photos/ledger/")

    assert keys(photos, "ledger/") == [key]
    assert photos.client.get_object(Bucket="photos", Key=key)["Body"].read() == before
