"""A link from a task to its report."""

from typing import Any
from urllib.parse import quote

from airflow.providers.amazon.aws.links.base_aws import BASE_AWS_CONSOLE_LINK

from .rekognition import LinkOnAws

__all__ = ["RekognitionReportLink"]


class RekognitionReportLink(LinkOnAws):
    """
    The report of the task, as an object in the S3 console, where *Open* shows it.

    A link that needs no console would be a presigned one, which is a secret.
    """

    name = "Report"
    key = "rekognition_report"
    format_str = BASE_AWS_CONSOLE_LINK + "/s3/object/{bucket}?region={region_name}&prefix={object_key}"

    def format_link(self, **kwargs: Any) -> str:
        """Percent-encode the key: it is a user's text inside a query."""
        return super().format_link(**kwargs | {"object_key": quote(kwargs.get("object_key", ""), safe="")})
