"""The bucket has the sample files with their upload times, and can be downloaded."""

from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from airflow_provider_rekmedia.demo.bucket import download_bucket, fill_bucket
from airflow_provider_rekmedia.demo.images.sample_images import SampleFile

YESTERDAY = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


@pytest.fixture
def s3():
    import boto3  # noqa: PLC0415 the mock comes first

    with mock_aws():
        yield boto3.session.Session("testing", "testing").client("s3", region_name="us-east-1")


def test_an_object_has_the_time_and_the_metadata_of_its_file(s3):
    file = SampleFile("uploads/a.jpg", b"body", "image/jpeg", YESTERDAY, {"rekmedia-labels": "Pills"})

    assert fill_bucket(s3, "photos", [file]) == 4

    stored = s3.head_object(Bucket="photos", Key="uploads/a.jpg")
    assert stored["LastModified"] == YESTERDAY
    assert stored["Metadata"] == {"rekmedia-labels": "Pills"}


def test_every_object_is_downloaded(s3, tmp_path):
    files = [SampleFile(f"uploads/{n}.jpg", b"body", "image/jpeg", YESTERDAY) for n in range(3)]
    fill_bucket(s3, "photos", files)

    assert download_bucket(s3, "photos", tmp_path) == 3
    assert (tmp_path / "uploads" / "2.jpg").read_bytes() == b"body"
