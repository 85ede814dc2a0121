"""Denied actions and resources."""

import pytest
from botocore.exceptions import ClientError
from emulator.scene import IN, OUT

from airflow_provider_rekmedia.emulator.settings.denied_access import DeniedAccess, is_denied


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:GetObject", "photos/private/a.jpg", True),
        ("s3:GetObject", "photos/public/a.jpg", False),
        ("s3:PutObject", "photos/private/a.jpg", False),
    ],
)
def test_an_action_is_denied_on_a_prefix(action, resource, expected):
    denied = [DeniedAccess("s3:GetObject", "photos/private/*")]
    assert is_denied(denied, action, resource) is expected


@pytest.mark.parametrize("action", ["s3:Get", "S3:GetObject", "", "ec2:*"])
def test_an_unknown_action_is_refused(action):
    with pytest.raises(ValueError, match="does not check the action"):
        DeniedAccess(action)


def test_a_denied_rekognition_operation_is_access_denied(scene):
    scene.emulator.deny("rekognition:StartMediaAnalysisJob")
    with pytest.raises(
        ClientError, match="not authorized to perform: rekognition:StartMediaAnalysisJob"
    ) as error:
        scene.start()
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
    assert scene.rekognition.list_media_analysis_jobs()["MediaAnalysisJobs"] == []


def test_a_denied_image_is_an_error_of_that_image(scene):
    scene.emulator.deny("s3:GetObject", f"{IN}/private/*")
    public, private = scene.put_image("public/a.jpg"), scene.put_image("private/a.jpg")
    results, summary = scene.moderate(public, private)
    assert [result["source-ref"] for result in results] == [public]
    assert [(error["source-ref"], error["code"]) for error in summary["errors"]] == [
        (private, "InvalidS3ObjectException")
    ]


def test_a_denied_image_is_an_error_of_detect_moderation_labels(scene):
    scene.emulator.deny("s3:GetObject", f"{IN}/cat.jpg")
    with pytest.raises(scene.rekognition.exceptions.InvalidS3ObjectException):
        scene.rekognition.detect_moderation_labels(Image={"S3Object": {"Bucket": IN, "Name": "cat.jpg"}})


def test_a_denied_manifest_is_refused(scene):
    scene.emulator.deny("s3:GetObject", f"{IN}/manifest.jsonl")
    with pytest.raises(scene.rekognition.exceptions.InvalidS3ObjectException):
        scene.start()


def test_a_denied_output_location_fails_the_job(scene):
    scene.emulator.deny("s3:PutObject", f"{OUT}/nightly/*")
    job = scene.finish()
    assert job["FailureDetails"]["Code"] == "INVALID_OUTPUT_CONFIG"


def test_denials_add_up_until_the_reset(scene):
    scene.emulator.deny("rekognition:StartMediaAnalysisJob")
    scene.emulator.deny("rekognition:ListMediaAnalysisJobs")
    for call in (scene.start, scene.rekognition.list_media_analysis_jobs):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()
    scene.emulator.reset()
    scene.rekognition.list_media_analysis_jobs()
