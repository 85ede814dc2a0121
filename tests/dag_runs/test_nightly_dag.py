import io
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from emulated import NIGHT


@pytest.fixture
def run(night, run_dag):
    return run_dag("nightly_moderation", at=night.today + timedelta(days=1))


def test_a_night_ends_with_the_right_xcoms(run, aws):
    assert run.state == "success", run.states()
    assert run.xcom("manifest", "images") == 7
    assert run.xcom("manifest", "skipped") == {"not_jpeg_or_png": 1}
    for key, expected in NIGHT.items():
        assert run.xcom("results", key) == expected
    assert {error["uri"] for error in run.xcom("results", "errors")} == {
        "s3://photos/uploads/broken.jpg",
        "s3://photos/uploads/icon.jpg",
    }
    assert aws.usage()["jobs"] == 1
    assert aws.usage()["images_billed"] == 5


def test_the_table_is_readable_by_other_programs(run, photos):
    (uri,) = (uri for uri in run.xcom("results")["table_uris"] if "/images/" in uri)
    body = photos.client.get_object(Bucket="photos", Key=uri.removeprefix("s3://photos/"))["Body"].read()

    rows = pq.read_table(io.BytesIO(body)).to_pylist()

    verdicts = {row["key"].removeprefix("uploads/"): row["verdict"] for row in rows}
    assert verdicts == dict.fromkeys(("cat.jpg", "dog.JPEG", "tree.png"), "allow") | {
        "beach.jpg": "review",
        "pills.jpg": "block",
        "broken.jpg": "review",  # not analyzed
        "icon.jpg": "review",
    }


def test_without_blocked_images_the_next_task_is_skipped(photos, run_dag):
    photos.put("cat.jpg")

    run = run_dag("nightly_moderation", at=photos.today + timedelta(days=1))

    states = run.states()
    assert (states["is_anything_blocked"], states["report_blocked"]) == ("success", "skipped")


def test_the_job_xcom_equals_the_response_of_the_service(run, aws):
    job = run.xcom("moderate", map_index=0)
    response = aws.client("rekognition").get_media_analysis_job(JobId=job["job_id"])

    assert job["engine"] == "bulk"
    assert job["status"] == response["Status"] == "SUCCEEDED"
    assert job["results_uri"] == "s3://photos/" + response["Results"]["S3Object"]["Name"]
    assert job["summary_uri"] == "s3://photos/" + response["ManifestSummary"]["S3Object"]["Name"]
    assert job["manifest_uri"] == run.xcom("manifest")[0]
    assert job["output_uri"] == "s3://photos/moderation/jobs/"
    assert job["model_version"] == response["Results"]["ModelVersions"]["Moderation"]
    assert job["created_at"].endswith("+00:00")


def test_a_night_without_images_skips_the_rest(photos, run_dag):
    photos.put("yesterday.jpg")

    run = run_dag("nightly_moderation", at=photos.today)

    assert run.state == "success"
    assert run.states() == {
        "manifest": "success",
        "moderate": "skipped",
        "results": "skipped",
        "is_anything_blocked": "skipped",
        "report_blocked": "skipped",
        "quarantine": "skipped",
    }


def test_the_blocked_image_is_in_the_quarantine(run, photos):
    assert run.xcom("quarantine")["actions"] == {"block: move": {"done": 1}}
    stored = {found["Key"] for found in photos.client.list_objects_v2(Bucket="photos")["Contents"]}
    (moved,) = (key for key in stored if key.startswith("moderation/quarantine/photos/"))
    assert moved.endswith("/uploads/pills.jpg")
    assert "uploads/pills.jpg" not in stored


def test_every_mode_has_the_same_xcoms(night, aws, run_dag):
    night.put_manifest(
        "s3://photos/uploads/beach.jpg", "s3://photos/uploads/icon.jpg", "s3://photos/uploads/cat.jpg"
    )

    run = run_dag("three_modes")

    assert run.state == "success", run.states()
    modes = ("waiting", "deferred", "poked", "rescheduled", "sensed")
    first, *others = (results_of(run, mode) for mode in modes)
    assert first["counts"] == {
        "images": 3,
        "analyzed": 2,
        "flagged": 2,
        "allow": 1,
        "review": 2,
        "block": 0,
        "failed": 1,
        "unaccounted": 0,
    }
    assert others == [first] * 4
    assert {tuple(run.xcom(mode)) for mode in modes} == {tuple(run.xcom("waiting"))}
    assert {run.xcom(mode)["job_id"] for mode in modes[2:]} == {run.xcom("started")["job_id"]}
    assert aws.usage()["jobs"] == 3


def results_of(run, mode):
    keys = ("counts", "flagged", "errors", "label_counts")
    return {key: run.xcom(f"results_{mode}", key) for key in keys}
