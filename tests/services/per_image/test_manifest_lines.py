import pytest
from aws_stage import MANIFEST, OUTPUT
from services.per_image.per_image_stage import calls, moderate, outcomes_of

from airflow_provider_rekmedia.core.errors import InvalidArgument, NoImageRead, WrongRegion
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.services.per_image.manifest_lines import read_manifest_lines

REQUEST = MediaAnalysisRequest(manifest=MANIFEST, output=OUTPUT, job_name="nightly")


def put_manifest(stage, body):
    stage.s3.put_object(Bucket=MANIFEST.bucket, Key=MANIFEST.key, Body=body)


def test_blank_lines_of_a_manifest_are_skipped(stage):
    put_manifest(
        stage, b'{"source-ref": "s3://photos/a.jpg"}\r\n\n  \n{}\n{"source-ref": "s3://photos/b.jpg"}'
    )

    assert read_manifest_lines(stage.objects, REQUEST, "us-east-1") == [
        "s3://photos/a.jpg",
        None,
        "s3://photos/b.jpg",
    ]


@pytest.mark.parametrize("body", [b"", b"\n \n"])
def test_a_manifest_without_lines_is_refused(stage, body):
    put_manifest(stage, body)

    with pytest.raises(InvalidArgument, match="not blank"):
        read_manifest_lines(stage.objects, REQUEST, "us-east-1")


@pytest.fixture
def foreign_buckets(stage):
    """Buckets of another region."""
    there = stage.emulator.client("s3", region="eu-west-1")
    names = ["abroad", "far-abroad"]
    for name in names:
        there.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return names


@pytest.mark.parametrize("count", [1, 2])
def test_images_of_another_region_are_refused_before_any_call(stage, foreign_buckets, count):
    stage.put_manifest(
        *(f"s3://{bucket}/{number}.jpg" for bucket in foreign_buckets[:count] for number in range(2))
    )

    with pytest.raises(WrongRegion, match="abroad is in eu-west-1, but the call goes to us-east-1"):
        moderate(stage)
    assert calls(stage) == 0


def test_only_images_in_a_bucket_of_another_region_fail_with_a_warning(stage, foreign_buckets, caplog):
    stage.put_manifest(
        f"s3://{foreign_buckets[0]}/1.jpg", stage.put_image("here.jpg"), f"s3://{foreign_buckets[1]}/2.jpg"
    )

    results, failures = outcomes_of(stage, moderate(stage))

    assert [result.source_ref for result in results] == ["s3://photos/here.jpg"]
    assert [failure.uri for failure in failures] == [
        "s3://abroad/1.jpg",
        "s3://far-abroad/2.jpg",
    ]
    message = "The images in {} will fail: the bucket is in eu-west-1, and the calls go to us-east-1"
    assert caplog.messages == [message.format(bucket) for bucket in foreign_buckets]


def test_the_region_of_the_first_fifty_buckets_is_checked(stage, monkeypatch):
    checked = []
    monkeypatch.setattr(stage.objects, "bucket_region", checked.append)
    stage.put_manifest(*(f"s3://bucket-{number}/1.jpg" for number in range(60)))

    read_manifest_lines(stage.objects, REQUEST, "us-east-1")

    assert checked == [f"bucket-{number}" for number in range(50)]


def test_if_the_bucket_of_every_image_is_missing_the_job_fails(stage):
    stage.put_manifest("s3://nobody-knows/1.jpg", "s3://nobody-knows/2.jpg")

    with pytest.raises(NoImageRead, match="could read none of 2 images"):
        moderate(stage)


def test_images_in_a_missing_bucket_fail_one_by_one(stage):
    stage.put_manifest("s3://nobody-knows/1.jpg", "s3://nobody-knows/2.jpg", stage.put_image("here.jpg"))

    results, failures = outcomes_of(stage, moderate(stage))

    assert [result.source_ref for result in results] == ["s3://photos/here.jpg"]
    assert [failure.code for failure in failures] == ["InvalidS3ObjectException"] * 2
