"""What the operator checks before the paid call, and what the service gets."""

import pytest
from task_runner import run_task

from airflow_provider_rekmedia.airflow_compat import AirflowFailException


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("manifest", "photos/manifest.jsonl"),
        ("output", "s3://"),
        ("output", "s3://photos/with space/"),
        ("min_confidence", "101"),
        ("min_confidence", "much"),
        ("job_name", "a b"),
        ("job_name", "x" * 65),
        ("kms_key_id", "not a key"),
        ("project_version", "arn:aws:rekognition:us-east-1:1:project/p/version/v/1"),
        ("client_request_token", "with space"),
        ("manifest_version", "v" * 1025),
        ("existing_job", "whatever"),
        ("poll_interval", 0),
        ("timeout", "-1"),
    ],
)
def test_a_bad_argument_is_named_before_any_call(start, aws, argument, value):
    with pytest.raises(AirflowFailException, match="s3://|" + argument):
        run_task(start(**{argument: value}))

    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 0


@pytest.mark.parametrize(("body", "message"), [(None, "no manifest"), (b"", "is empty")])
def test_an_unusable_manifest_is_refused_before_the_paid_call(start, photos, aws, body, message):
    if body is not None:
        photos.client.put_object(Bucket="photos", Key="other.jsonl", Body=body)

    with pytest.raises(AirflowFailException, match=message):
        run_task(start(manifest="s3://photos/other.jsonl"))

    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 0


def test_a_bucket_of_another_region_is_found_before_the_paid_call(start, aws):
    aws.client("s3", "eu-west-1").create_bucket(
        Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )

    with pytest.raises(
        AirflowFailException, match="elsewhere is in eu-west-1, but the call goes to us-east-1"
    ):
        run_task(start(output="s3://elsewhere/out/"))

    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 0


def test_a_missing_output_bucket_is_refused_before_the_paid_call(start, aws):
    with pytest.raises(AirflowFailException, match=r"HeadBucket of s3://nowhere/ .* was refused: 404"):
        run_task(start(output="s3://nowhere/out/"))

    assert aws.usage()["calls"]["StartMediaAnalysisJob"] == 0


def test_the_whole_request_reaches_the_service(start, photos, aws):
    photos.client.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    adapter = "arn:aws:rekognition:us-east-1:123456789012:project/p/version/v/1690556733321"
    manifest = photos.put_manifest(photos.put("dog.jpg"))
    version = photos.client.head_object(Bucket="photos", Key="manifest.jsonl")["VersionId"]

    job = run_task(
        start(
            manifest=manifest,
            manifest_version=version,
            min_confidence="62.5",
            project_version=adapter,
            job_name="nightly",
            kms_key_id="alias/photos",
            client_request_token="my-own",
        )
    )

    response = aws.client("rekognition").get_media_analysis_job(JobId=job["job_id"])
    assert response["JobName"] == "nightly"
    assert response["KmsKeyId"] == "alias/photos"
    assert response["Input"]["S3Object"] == {"Bucket": "photos", "Name": "manifest.jsonl", "Version": version}
    assert response["OutputConfig"] == {"S3Bucket": "photos", "S3KeyPrefix": "out"}
    assert response["OperationsConfig"]["DetectModerationLabels"] == {
        "MinConfidence": 62.5,
        "ProjectVersion": adapter,
    }
