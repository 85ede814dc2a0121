import json

import pytest

from airflow_provider_rekmedia.adapters.images.sources import iter_failed, iter_found
from airflow_provider_rekmedia.core.images.source import parse_source
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.s3_uri import S3Uri


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
def test_every_source_is_sorted_by_key(stage, source):
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


def job_of(stage, name, images, *, errors=(), analyzed=""):
    """Store the files of a finished job. ``errors`` has an image, a code and a message each."""
    manifest = S3Uri("photos", f"{name}.jsonl")
    lines = "".join(json.dumps({"source-ref": uri_of(image)}) + "\n" for image in images)
    stage.objects.put(manifest, lines.encode(), "")
    summary_errors = [
        {
            "line-numer": list(images).index(image) + 1,
            "source-ref": uri_of(image),
            "code": code,
            "message": message,
        }
        for image, code, message in errors
    ]
    results = "".join(
        json.dumps({"source-ref": uri_of(image), "detect-moderation-labels": {"ModerationLabels": []}}) + "\n"
        for image in analyzed
    )
    stage.objects.put(S3Uri("analysis", f"{name}.json"), json.dumps({"errors": summary_errors}).encode(), "")
    stage.objects.put(S3Uri("analysis", f"{name}-r.jsonl"), results.encode(), "")
    return Job(
        job_id=name,
        engine=Engine.BULK,
        status=JobStatus.SUCCEEDED,
        manifest_uri=str(manifest),
        results_uri=f"s3://analysis/{name}-r.jsonl",
        summary_uri=f"s3://analysis/{name}.json",
    )


def uri_of(image):
    return image if "/" in image else f"s3://photos/{image}.jpg"


GIF = ("INVALID_IMAGE_FORMAT", "")
DENIED = ("ACCESS_DENIED", "")


def test_only_failures_that_a_retry_can_help_are_listed(stage):
    job = job_of(stage, "j1", "abcd", errors=[("a", *GIF), ("c", *DENIED)], analyzed="d")
    # b is in neither file: unaccounted counts as failed.
    assert keys(iter_failed([job], stage.objects)) == ["b.jpg", "c.jpg"]


def test_the_message_decides_if_the_code_does_not(stage):
    errors = [
        ("a", "InvalidParameterException", "Image dimensions: 40x40, is smaller than the minimum"),
        ("b", "InvalidParameterException", "Try another value"),
    ]
    job = job_of(stage, "j1", "ab", errors=errors)
    assert keys(iter_failed([job], stage.objects)) == ["b.jpg"]


def test_the_last_job_of_an_image_counts(stage):
    denied = [(image, *DENIED) for image in "abcd"]
    first = job_of(stage, "j1", "abcde", errors=denied, analyzed="e")
    second = job_of(stage, "j2", "abc", errors=[("b", *GIF), ("c", *DENIED)], analyzed="a")
    assert keys(iter_failed([first, second], stage.objects)) == ["c.jpg", "d.jpg"]
    assert keys(iter_failed([second, first], stage.objects)) == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]


def test_a_duplicate_that_was_analyzed_once_was_analyzed(stage):
    job = job_of(stage, "j1", "aab", errors=[("a", *DENIED)], analyzed="a")
    assert keys(iter_failed([job], stage.objects)) == ["b.jpg"]


def test_a_line_without_an_image_is_skipped_with_a_log_line(stage, caplog):
    lines = ["s3://photos", "s3://photos/", "http://x/y.jpg", "a"]
    job = job_of(stage, "j1", lines, errors=[(line, *DENIED) for line in lines])
    assert keys(iter_failed([job], stage.objects)) == ["a.jpg"]
    assert "j1: 3 lines" in caplog.text
