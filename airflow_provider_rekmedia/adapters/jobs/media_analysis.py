"""The three operations of bulk analysis, over a boto3 client."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_rekmedia.adapters.refusals import refusals_of
from airflow_provider_rekmedia.core.jobs.job import Job, parse_job
from airflow_provider_rekmedia.core.jobs.request import ARGUMENT_BY_MEMBER

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
        check_request(model, request, ARGUMENT_BY_MEMBER)

    def start(self, request: Mapping[str, Any], token: str) -> str:
        """
        Start a job. If this token started a job before, AWS returns that job. This is the paid call.

        :param request: As ``core.jobs.request.encode_request`` makes it.
        :param token: The ClientRequestToken, 1 to 64 characters of ``[a-zA-Z0-9-_]``.
        :return: The job id.
        :raises ServiceError: AWS refused.
        """
        with refusals_of("StartMediaAnalysisJob"):
            return self._client.start_media_analysis_job(**request, ClientRequestToken=token)["JobId"]

    def fetch(self, job_id: str) -> Job:
        """
        Fetch one job.

        :raises ServiceError: AWS refused.
        :raises UnexpectedAnswer: The job has an unknown status.
        """
        with refusals_of("GetMediaAnalysisJob"):
            response = self._client.get_media_analysis_job(JobId=job_id)
        return parse_job(response)

    def fetch_page(self, token: str | None, size: int = 100) -> tuple[list[Mapping[str, Any]], str | None]:
        """
        Read one page of the list of all jobs of the account and region, newest first.

        :param token: The token of the page before; ``None`` is the first page.
        :param size: Jobs per page, 1 to 100.
        :return: The jobs as boto3 returns them, for ``job.parse_job``; and the next page's token,
            ``None`` after the last.
        :raises ServiceError: AWS refused.
        """
        page: dict[str, Any] = {"MaxResults": size} | ({"NextToken": token} if token else {})
        with refusals_of("ListMediaAnalysisJobs"):
            response = self._client.list_media_analysis_jobs(**page)
        return list(response["MediaAnalysisJobs"]), response.get("NextToken") or None

    def iter_newest_first(self) -> Iterator[tuple[Job, Mapping[str, Any]]]:
        """
        Iterate over all jobs of the account and region, lazily, newest first, each with the response of AWS.

        A page is read at once after the page before (unknown: page-token-lifetime).

        :raises ServiceError: AWS refused a page.
        """
        token: str | None = None
        while True:
            members, token = self.fetch_page(token)
            for member in members:
                yield parse_job(member), member
            if token is None:
                return
