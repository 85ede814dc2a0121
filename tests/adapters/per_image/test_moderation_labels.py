import pytest
from aws_stage import MANIFEST, OUTPUT

from airflow_provider_rekmedia.adapters.per_image.moderation_labels import ModerationLabels
from airflow_provider_rekmedia.core.errors import ImageRefused, MalformedAnswer
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def request(**changes):
    return MediaAnalysisRequest(manifest=MANIFEST, output=OUTPUT, job_name="nightly", **changes)


class FakeClient:
    def __init__(self, response):
        self.response = response
        self.arguments = {}

    def detect_moderation_labels(self, **arguments):
        self.arguments = arguments
        return self.response


def test_an_image_is_analyzed(stage):
    stage.put_image("pills.jpg", labels="Pills=90")

    response = ModerationLabels(stage.rekognition, request()).detect(S3Uri("photos", "pills.jpg"))

    assert "Pills" in {label["Name"] for label in response["ModerationLabels"]}


def test_confidence_and_adapter_are_sent_only_if_set():
    client = FakeClient({"ModerationLabels": []})
    image = {"Image": {"S3Object": {"Bucket": "b", "Name": "k"}}}

    ModerationLabels(client, request()).detect(S3Uri("b", "k"))
    assert client.arguments == image

    ModerationLabels(client, request(min_confidence=0.0, project_version="arn:x")).detect(S3Uri("b", "k"))
    assert client.arguments == image | {"MinConfidence": 0.0, "ProjectVersion": "arn:x"}


def test_a_response_without_labels_is_an_error():
    with pytest.raises(MalformedAnswer):
        ModerationLabels(FakeClient({}), request()).detect(S3Uri("b", "k"))


def test_a_refused_image_is_an_error_of_the_package(stage):
    stage.put_image("broken.jpg", body=b"GIF89a")

    with pytest.raises(ImageRefused):
        ModerationLabels(stage.rekognition, request()).detect(S3Uri("photos", "broken.jpg"))
