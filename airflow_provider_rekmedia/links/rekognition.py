"""Links from a task to the AWS console; Airflow shows them while the task is deferred, too."""

from typing import Any
from urllib.parse import quote, urlsplit

from airflow.providers.amazon.aws.links.base_aws import BASE_AWS_CONSOLE_LINK, BaseAwsLink

__all__ = ["LinkOnAws", "RekognitionConsoleLink", "RekognitionResultsLink"]

#: Domains of AWS's endpoints, VPC endpoints included, in the partitions that have a console link.
_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


class LinkOnAws(BaseAwsLink):
    """A link into the AWS console, unless the task calls another service in place of AWS."""

    @classmethod
    def persist(
        cls, context: Any, operator: Any, region_name: Any, aws_partition: Any, **kwargs: Any
    ) -> None:
        """
        Store the link's fields, if the endpoint of the operator's client is one of AWS.

        The client's endpoint is decisive because it can come from the connection, a profile or
        ``AWS_ENDPOINT_URL``. If it is an emulator, the console has neither the job nor the files.
        """
        if _is_aws_endpoint(operator.hook.conn_client_meta.endpoint_url):
            super().persist(context, operator, region_name, aws_partition, **kwargs)


class RekognitionConsoleLink(LinkOnAws):
    """The Rekognition console in the job's region. AWS documents no address for one job."""

    name = "Amazon Rekognition"
    key = "rekognition_console"
    format_str = BASE_AWS_CONSOLE_LINK + "/rekognition/home?region={region_name}#/"


class RekognitionResultsLink(LinkOnAws):
    """The prefix in S3 under which the job writes its results."""

    name = "Results in S3"
    key = "rekognition_results"
    format_str = BASE_AWS_CONSOLE_LINK + "/s3/buckets/{bucket}?region={region_name}&prefix={prefix}"

    def format_link(self, **kwargs: Any) -> str:
        """Percent-encode the prefix: it is a user's text inside a query."""
        return super().format_link(**kwargs | {"prefix": quote(kwargs.get("prefix", ""), safe="")})


def _is_aws_endpoint(endpoint_url: str) -> bool:
    return (urlsplit(endpoint_url).hostname or "").endswith(_AWS_DOMAINS)
