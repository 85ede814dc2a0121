"""Links from a task to the AWS console; Airflow shows them while the task is deferred, too."""

from typing import Any
from urllib.parse import quote

from airflow.providers.amazon.aws.links.base_aws import BASE_AWS_CONSOLE_LINK, BaseAwsLink

__all__ = ["RekognitionConsoleLink", "RekognitionResultsLink"]


class RekognitionConsoleLink(BaseAwsLink):
    """The Rekognition console in the job's region. AWS documents no address for one job."""

    name = "Amazon Rekognition"
    key = "rekognition_console"
    format_str = BASE_AWS_CONSOLE_LINK + "/rekognition/home?region={region_name}#/"


class RekognitionResultsLink(BaseAwsLink):
    """The prefix in S3 under which the job writes its results."""

    name = "Results in S3"
    key = "rekognition_results"
    format_str = BASE_AWS_CONSOLE_LINK + "/s3/buckets/{bucket}?region={region_name}&prefix={prefix}"

    def format_link(self, **kwargs: Any) -> str:
        """Percent-encode the prefix: it is a user's text inside a query."""
        return super().format_link(**kwargs | {"prefix": quote(kwargs.get("prefix", ""), safe="")})
