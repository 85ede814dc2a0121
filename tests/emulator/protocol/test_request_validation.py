"""Requests that violate botocore's model. botocore's client sends most of them."""

import base64

import pytest
from botocore.exceptions import ClientError
from emulator.raw_requests import send
from emulator.scene import IN, moderation_config, request
from image_files import image_bytes

PIXELS = base64.b64encode(image_bytes()).decode()
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/p/version/v/1"

REFUSED_STARTS = {
    "a token of 65 characters": {"ClientRequestToken": "x" * 65},
    "a token with a space": {"ClientRequestToken": "not a token"},
    "a name of 65 characters": {"JobName": "x" * 65},
    "a name with a space": {"JobName": "bad name!"},
    "a name with a newline at its end": {"JobName": "name\n"},
    "a key with an exclamation mark": {"KmsKeyId": "key!"},
    "a confidence above 100": {"OperationsConfig": moderation_config(MinConfidence=100.5)},
    "an adapter that is no ARN": {"OperationsConfig": moderation_config(ProjectVersion="p" * 30)},
    "a short ARN's tail": {"OperationsConfig": moderation_config(ProjectVersion=ARN + "/x")},
    "no operation": {"OperationsConfig": {}},
    "a bucket with a slash": {"Input": {"S3Object": {"Bucket": "in/out", "Name": "m"}}},
    "a bucket of 256 characters": {"Input": {"S3Object": {"Bucket": "b" * 256, "Name": "m"}}},
    "a manifest key of 1,025 characters": {"Input": {"S3Object": {"Bucket": IN, "Name": "k" * 1025}}},
    "a version of 1,025 characters": {
        "Input": {"S3Object": {"Bucket": IN, "Name": "m", "Version": "v" * 1025}}
    },
    "an output bucket with a space": {"OutputConfig": {"S3Bucket": "a bucket"}},
    "a prefix with a space": {"OutputConfig": {"S3Bucket": "bucket", "S3KeyPrefix": "a prefix"}},
    "a prefix of 801 characters": {"OutputConfig": {"S3Bucket": "bucket", "S3KeyPrefix": "p" * 801}},
}


@pytest.mark.parametrize("changes", REFUSED_STARTS.values(), ids=REFUSED_STARTS)
def test_start_refuses_an_invalid_value(scene, changes):
    with pytest.raises(scene.rekognition.exceptions.InvalidParameterException):
        scene.start(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"ClientRequestToken": "x" * 64, "JobName": "a.b-c_" + "x" * 58},
        {"OutputConfig": {"S3Bucket": "analysis-out", "S3KeyPrefix": ""}},
        {"OutputConfig": {"S3Bucket": "analysis-out", "S3KeyPrefix": "p" * 800}},
        {"OperationsConfig": moderation_config(MinConfidence=0, ProjectVersion=ARN)},
        {"OperationsConfig": moderation_config(MinConfidence=100)},
    ],
)
def test_start_accepts_the_limits_of_the_model(scene, changes):
    assert scene.finish(scene.start(**changes))["Status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "image",
    [None, {}, {"Bytes": PIXELS, "S3Object": {"Bucket": IN, "Name": "cat.jpg"}}, {"Bytes": "no base64!"}],
)
def test_detect_needs_exactly_one_image(scene, image):
    assert send(scene, "DetectModerationLabels", {"Image": image}) == "InvalidParameterException"


def test_detect_refuses_more_than_5_mib_of_bytes(scene):
    too_large = image_bytes() + b"\0" * (5 * 1024 * 1024)
    with pytest.raises(scene.rekognition.exceptions.InvalidParameterException):
        scene.rekognition.detect_moderation_labels(Image={"Bytes": too_large})


@pytest.mark.parametrize("field", ["OperationsConfig", "Input", "OutputConfig"])
def test_start_refuses_a_request_without_a_required_field(scene, field):
    content = {name: value for name, value in request().items() if name != field}
    assert send(scene, "StartMediaAnalysisJob", content) == "InvalidParameterException"
    assert send(scene, "StartMediaAnalysisJob", content | {field: None}) == "InvalidParameterException"


@pytest.mark.parametrize(
    "changes",
    [
        {"JobName": 7},
        {"JobName": ""},
        {"ClientRequestToken": ""},
        {"Input": {"S3Object": {"Bucket": "ab", "Name": "m"}}},
        {"OperationsConfig": moderation_config(MinConfidence="50")},
        {"OperationsConfig": moderation_config(MinConfidence=True)},
        {"Input": []},
        {"Input": {"S3Object": "s3://bucket/key"}},
    ],
)
def test_start_refuses_values_that_botocore_would_not_send(scene, changes):
    assert send(scene, "StartMediaAnalysisJob", request(**changes)) == "InvalidParameterException"


@pytest.mark.parametrize("content", [{"MaxResults": 0}, {"MaxResults": 101}, {"MaxResults": 1.5}])
def test_list_refuses_an_invalid_page_size(scene, content):
    scene.emulator.configure(constraint_error="ValidationException")
    assert send(scene, "ListMediaAnalysisJobs", content) == "InvalidParameterException"


def test_broken_constraints_can_be_the_unmodelled_validation_exception(scene):
    scene.emulator.configure(constraint_error="ValidationException")
    with pytest.raises(ClientError, match="Member must satisfy regular expression pattern") as error:
        scene.start(JobName="bad name!")
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_an_error_names_the_member_and_the_constraint(scene):
    with pytest.raises(ClientError, match=r"at 'outputConfig\.s3KeyPrefix' failed to satisfy constraint"):
        scene.start(OutputConfig={"S3Bucket": "bucket", "S3KeyPrefix": "a prefix"})
