import json

import pytest

from airflow_provider_rekmedia.adapters.sources import iter_failed, iter_found
from airflow_provider_rekmedia.core.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.source import parse_source


def keys(images):
    return [found.uri.key for found in images]


@pytest.mark.parametrize(
    "source",
    [
        "s3://photos/",
        ["s3://photos/2.jpg", "s3://photos/0.jpg", "s3://photos/1.jpg"],
        "s3://analysis/list.txt",
        "s3://analysis/inv/manifest.json",
        ["s3://analysis/inv/a/manifest.json", "s3://analysis/inv/b/manifest.json"],
    ],
)
def test_every_source_comes_in_the_order_of_its_keys(stage, source):
    stage.s3.delete_object(Bucket="photos", Key="manifest.jsonl")
    put = stage.objects.put
    put(
        S3Uri("analysis", "list.txt"),
        b"s3://photos/1.jpg\ns3://photos/0.jpg\ns3://photos/2.jpg",
        "text/plain",
    )
    for folder, names in (("inv/", "201"), ("inv/a/", "2"), ("inv/b/", "01")):
        body = "".join(f'"photos","{name}.jpg"\n' for name in names)
        put(S3Uri("analysis", f"{folder}1.csv"), body.encode(), "text/csv")
        report = {
            "destinationBucket": "arn:aws:s3:::analysis",
            "fileFormat": "CSV",
            "fileSchema": "Bucket, Key",
            "files": [{"key": f"{folder}1.csv"}],
        }
        put(S3Uri("analysis", f"{folder}manifest.json"), json.dumps(report).encode(), "application/json")

    assert keys(iter_found(parse_source(source), stage.objects)) == ["0.jpg", "1.jpg", "2.jpg"]


def test_failed_images_are_those_that_another_try_may_mend(stage):
    stage.put_manifest(*(f"s3://photos/{name}.jpg" for name in "abcd"))
    errors = [
        {"line-numer": 1, "source-ref": "s3://photos/a.jpg", "code": "INVALID_IMAGE_FORMAT", "message": ""},
        {"line-numer": 3, "source-ref": "s3://photos/c.jpg", "code": "ACCESS_DENIED", "message": ""},
    ]
    result = {"source-ref": "s3://photos/d.jpg", "detect-moderation-labels": {"ModerationLabels": []}}
    stage.objects.put(S3Uri("analysis", "s.json"), json.dumps({"errors": errors}).encode(), "")
    stage.objects.put(S3Uri("analysis", "r.jsonl"), json.dumps(result).encode(), "")
    job = Job(
        job_id="abc",
        engine=Engine.BULK,
        status=JobStatus.SUCCEEDED,
        manifest_uri="s3://photos/manifest.jsonl",
        results_uri="s3://analysis/r.jsonl",
        summary_uri="s3://analysis/s.json",
    )

    # b is in neither file: unaccounted counts as failed.
    assert keys(iter_failed([job], stage.objects)) == ["b.jpg", "c.jpg"]
