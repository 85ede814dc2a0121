import io
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from emulated import NIGHT


@pytest.fixture
def seen(night, run_dag):
    return run_dag("nightly_moderation", at=night.today + timedelta(days=1))


def test_a_night_ends_with_the_right_xcoms(seen, aws):
    assert seen.state == "success", seen.states()
    assert seen.xcom("manifest", "images") == 7
    assert seen.xcom("manifest", "skipped") == {"not_jpeg_or_png": 1}
    for key, expected in NIGHT.items():
        assert seen.xcom("results", key) == expected
    assert {error["uri"] for error in seen.xcom("results", "errors")} == {
        "s3://photos/uploads/broken.jpg",
        "s3://photos/uploads/icon.jpg",
    }
    assert aws.usage()["jobs"] == 1
    assert aws.usage()["images_billed"] == 5


def test_the_night_leaves_a_table_that_others_read(seen, photos):
    (uri,) = (uri for uri in seen.xcom("results")["table_uris"] if "/images/" in uri)
    body = photos.client.get_object(Bucket="photos", Key=uri.removeprefix("s3://photos/"))["Body"].read()

    rows = pq.read_table(io.BytesIO(body)).to_pylist()

    verdicts = {row["key"].removeprefix("uploads/"): row["verdict"] for row in rows}
    assert verdicts == dict.fromkeys(("cat.jpg", "dog.JPEG", "tree.png"), "allow") | {
        "beach.jpg": "review",
        "pills.jpg": "block",
        "broken.jpg": None,
        "icon.jpg": None,
    }


def test_a_night_without_anything_blocked_skips_what_follows(photos, run_dag):
    photos.put("cat.jpg")

    seen = run_dag("nightly_moderation", at=photos.today + timedelta(days=1))

    states = seen.states()
    assert (states["is_anything_blocked"], states["report_blocked"]) == ("success", "skipped")


def test_the_job_handed_on_is_what_the_service_says(seen, aws):
    job = seen.xcom("moderate", map_index=0)
    told = aws.client("rekognition").get_media_analysis_job(JobId=job["job_id"])

    assert job["engine"] == "bulk"
    assert job["status"] == told["Status"] == "SUCCEEDED"
    assert job["results_uri"] == "s3://photos/" + told["Results"]["S3Object"]["Name"]
    assert job["summary_uri"] == "s3://photos/" + told["ManifestSummary"]["S3Object"]["Name"]
    assert job["manifest_uri"] == seen.xcom("manifest")[0]
    assert job["output_uri"] == "s3://photos/moderation/jobs/"
    assert job["model_version"] == told["Results"]["ModelVersions"]["Moderation"]
    assert job["created_at"].endswith("+00:00")


def test_a_night_without_images_skips_the_rest(photos, run_dag):
    photos.put("yesterday.jpg")

    seen = run_dag("nightly_moderation", at=photos.today)

    assert seen.state == "success"
    assert seen.states() == {
        "manifest": "success",
        "moderate": "skipped",
        "results": "skipped",
        "is_anything_blocked": "skipped",
        "report_blocked": "skipped",
    }


def test_every_mode_hands_on_the_same(night, aws, run_dag):
    night.put_manifest(
        "s3://photos/uploads/beach.jpg", "s3://photos/uploads/icon.jpg", "s3://photos/uploads/cat.jpg"
    )

    seen = run_dag("three_modes")

    assert seen.state == "success", seen.states()
    modes = ("waiting", "deferred", "poked", "rescheduled", "sensed")
    first, *others = (results_of(seen, mode) for mode in modes)
    assert first["counts"] == {
        "images": 3,
        "analyzed": 2,
        "flagged": 1,
        "allow": 1,
        "review": 1,
        "block": 0,
        "failed": 1,
        "unaccounted": 0,
    }
    assert others == [first] * 4
    assert {tuple(seen.xcom(mode)) for mode in modes} == {tuple(seen.xcom("waiting"))}
    assert {seen.xcom(mode)["job_id"] for mode in modes[2:]} == {seen.xcom("started")["job_id"]}
    assert aws.usage()["jobs"] == 3


def results_of(seen, mode):
    keys = ("counts", "flagged", "errors", "label_counts")
    return {key: seen.xcom(f"results_{mode}", key) for key in keys}
