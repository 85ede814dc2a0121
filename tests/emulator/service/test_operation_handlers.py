"""Responses and files as AWS documents them. wire_check compares every response with botocore's model."""

import re
from datetime import UTC, datetime

import pytest
from emulator.scene import IN, OUT, moderation_config, request

ADAPTER = "arn:aws:rekognition:us-east-1:123456789012:project/p/version/v/1700000000000"


def test_start_returns_a_job_id_of_64_hex_digits(scene):
    assert re.fullmatch("[0-9a-f]{64}", scene.start())


def test_get_returns_the_request(scene):
    requested = request(
        JobName="nightly",
        KmsKeyId="alias/moderation",
        OperationsConfig=moderation_config(MinConfidence=12.5, ProjectVersion=ADAPTER),
    )
    job = scene.get(scene.start(**requested))
    assert {name: job[name] for name in requested} == requested


def test_get_omits_absent_fields(scene):
    assert not {"JobName", "KmsKeyId", "FailureDetails", "Results"} & set(scene.get(scene.start()))


def test_a_finished_job_names_its_files_and_its_model(scene):
    job = scene.finish()
    assert job["Status"] == "SUCCEEDED"
    assert job["Results"]["S3Object"]["Bucket"] == OUT
    assert job["Results"]["ModelVersions"] == {"Moderation": "7.0"}
    assert job["ManifestSummary"]["S3Object"]["Name"].startswith("nightly/")


def test_timestamps_are_now(scene):
    job = scene.finish()
    assert abs((datetime.now(UTC) - job["CreationTimestamp"]).total_seconds()) < 30
    assert job["CompletionTimestamp"] >= job["CreationTimestamp"]


def test_a_result_line_has_the_documented_format(scene):
    # The sample of https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis-output-manifests.html
    declared = {"rekmedia-content-types": "Animated=72.7257"}
    results, _ = scene.moderate(scene.put_image("bar/1.jpg", Metadata=declared))
    assert results == [
        {
            "source-ref": f"s3://{IN}/bar/1.jpg",
            "detect-moderation-labels": {
                "ModerationLabels": [],
                "ModerationModelVersion": "7.0",
                "ContentTypes": [{"Confidence": 72.7257, "Name": "Animated"}],
            },
        }
    ]


def test_the_summary_has_the_documented_format(scene):
    _, summary = scene.moderate(scene.put_image(), f"s3://{IN}/nowhere.jpg")
    (error,) = summary.pop("errors")
    statistics = {"total-json-lines": 2, "valid-json-lines": 1, "invalid-json-lines": 1}
    assert summary == {"version": "1.0", "statistics": statistics}
    assert set(error) == {"line-numer", "source-ref", "code", "message"}


def test_detect_returns_the_documented_sample(scene):
    # https://docs.aws.amazon.com/rekognition/latest/dg/procedure-moderate-images.html
    scene.put_image(Metadata={"rekmedia-labels": "Smoking=99.44782257080078"})
    answer = scene.rekognition.detect_moderation_labels(Image={"S3Object": {"Bucket": IN, "Name": "cat.jpg"}})
    chain = [
        (label["Name"], label["ParentName"], label["TaxonomyLevel"]) for label in answer["ModerationLabels"]
    ]
    assert chain == [
        ("Smoking", "Drugs & Tobacco Paraphernalia & Use", 3),
        ("Drugs & Tobacco Paraphernalia & Use", "Drugs & Tobacco", 2),
        ("Drugs & Tobacco", "", 1),
    ]
    assert {label["Confidence"] for label in answer["ModerationLabels"]} == {99.44782257080078}
    assert answer["ModerationModelVersion"] == "7.0"


def test_an_adapter_is_named_in_each_result(scene):
    config = moderation_config(ProjectVersion=ADAPTER)
    results, _ = scene.moderate(scene.put_image(), OperationsConfig=config)
    assert results[0]["detect-moderation-labels"]["ProjectVersion"] == ADAPTER
    scene.emulator.configure(project_version_in_results=False)
    results, _ = scene.moderate(scene.put_image(), OperationsConfig=config)
    assert "ProjectVersion" not in results[0]["detect-moderation-labels"]


def test_an_adapter_that_does_not_exist_is_not_found(scene):
    scene.emulator.configure(adapters=["arn:another"])
    with pytest.raises(scene.rekognition.exceptions.ResourceNotFoundException):
        scene.start(OperationsConfig=moderation_config(ProjectVersion=ADAPTER))


def test_an_unknown_job_is_not_found(scene):
    with pytest.raises(scene.rekognition.exceptions.ResourceNotFoundException):
        scene.get("0" * 64)


def test_jobs_of_another_region_are_not_visible(scene):
    job_id = scene.start()
    elsewhere = scene.emulator.client("rekognition", "eu-west-1")
    assert elsewhere.list_media_analysis_jobs()["MediaAnalysisJobs"] == []
    with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
        elsewhere.get_media_analysis_job(JobId=job_id)


def test_outputs_are_encrypted_with_the_requested_key(scene):
    key = scene.finish(scene.start(KmsKeyId="alias/moderation"))["Results"]["S3Object"]["Name"]
    assert scene.s3.head_object(Bucket=OUT, Key=key)["SSEKMSKeyId"] == "alias/moderation"


def test_moto_still_serves_its_own_operations(scene):
    unwatched = scene.emulator.client("rekognition")
    job = unwatched.start_text_detection(Video={"S3Object": {"Bucket": IN, "Name": "film.mp4"}})
    assert job["JobId"]


def test_sts_is_served(scene):
    assert scene.emulator.client("sts").get_caller_identity()["Account"] == "123456789012"
