"""The three operations of bulk analysis, over a boto3 client."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_rekmedia.core.job import Job, parse_job
from airflow_provider_rekmedia.core.request import ARGUMENT_OF

from .refusals import refusals_of
from .request_shape import check_request

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

__all__ = ["MediaAnalysisJobs"]


class MediaAnalysisJobs:
    """
    Bulk jobs of one account and region.

    :param client: A boto3 Rekognition client; safe to share between threads, as boto3's clients are.
    """

    def __init__(self, client: "RekognitionClient") -> None:
        self._client = client

    def check(self, request: Mapping[str, Any]) -> None:
        """
        Check a StartMediaAnalysisJob request against botocore's model; nothing is sent.

        :raises InvalidArgument: Naming the argument.
        """
        model = self._client.meta.service_model.operation_model("StartMediaAnalysisJob")
        check_request(model, request, ARGUMENT_OF)

    def start(self, request: Mapping[str, Any], token: str) -> str:
        """
        Start a job, or be answered with the one that this token started before. This is the paid call.

        :param request: As ``core.request.encode_request`` makes it.
        :param token: The ClientRequestToken, 1 to 64 characters of ``[a-zA-Z0-9-_]``.
        :return: The job id.
        :raises ServiceError: AWS refused.
        """
        with refusals_of("StartMediaAnalysisJob"):
            return self._client.start_media_analysis_job(**request, ClientRequestToken=token)["JobId"]

    def fetch(self, job_id: str) -> Job:
        """
        Look at one job.

        :raises ServiceError: AWS refused.
        :raises UnexpectedAnswer: The job has a status that we do not know.
        """
        with refusals_of("GetMediaAnalysisJob"):
            answer = self._client.get_media_analysis_job(JobId=job_id)
        return parse_job(answer)

    def iter_newest_first(self, page_size: int = 100) -> Iterator[tuple[Job, str | None]]:
        """
        Go through all jobs of the account and region, lazily, newest first, each with its name.

        :param page_size: Jobs per call, 1 to 100.
        :raises ServiceError: AWS refused a page.
        """
        page: dict[str, Any] = {"MaxResults": page_size}
        while True:
            with refusals_of("ListMediaAnalysisJobs"):
                answer = self._client.list_media_analysis_jobs(**page)
            for member in answer["MediaAnalysisJobs"]:
                yield parse_job(member), member.get("JobName")
            if not answer.get("NextToken"):
                return
            page["NextToken"] = answer["NextToken"]
