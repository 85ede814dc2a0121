"""Calls DetectModerationLabels for one image."""

from typing import TYPE_CHECKING, Any

from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.core.errors import ImageRefused, MalformedAnswer
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.s3_uri import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

__all__ = ["ModerationLabels"]


class ModerationLabels:
    """
    The calls of one job. This is the paid call of the per-image engine.

    :param client: A boto3 Rekognition client; safe to share between threads.
    :param request: Its confidence and its adapter go into every call.
    """

    def __init__(self, client: "RekognitionClient", request: MediaAnalysisRequest) -> None:
        self._client = client
        arguments = {"MinConfidence": request.min_confidence, "ProjectVersion": request.project_version}
        self._arguments: Any = {name: value for name, value in arguments.items() if value is not None}

    def check_access(self) -> None:
        """
        Send bytes that are not an image: the service refuses them, at no cost, if it allows the call.

        :raises ServiceError: AWS denied the call, or could not be reached.
        """
        try:
            with refusals_of("DetectModerationLabels"):
                self._client.detect_moderation_labels(Image={"Bytes": b"no image"}, **self._arguments)
        except ImageRefused:
            return

    def detect(self, image: S3Uri) -> dict[str, Any]:
        """
        Analyze one image.

        :return: The response, as boto3 returns it.
        :raises MalformedAnswer: The response has no list of labels, not even an empty one.
        :raises ServiceError: AWS refused.
        """
        with refusals_of("DetectModerationLabels"):
            response: Any = self._client.detect_moderation_labels(
                Image={"S3Object": {"Bucket": image.bucket, "Name": image.key}}, **self._arguments
            )
        if "ModerationLabels" not in response:
            raise MalformedAnswer(operation="DetectModerationLabels", missing="ModerationLabels")
        return dict(response)
