"""Links from a task to the AWS console; Airflow shows them while the task is deferred, too."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from airflow.providers.amazon.aws.links.base_aws import BASE_AWS_CONSOLE_LINK, BaseAwsLink

from airflow_provider_rekmedia.airflow_compat import XCom

__all__ = ["NO_LINKS", "LinkOnAws", "RekognitionConsoleLink", "RekognitionResultsLink"]

#: Domains of AWS's endpoints, VPC endpoints included, in the partitions that have a console link.
_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")

#: ``link_fields`` of an operator whose process has not persisted a link.
NO_LINKS: Final[Mapping[str, Mapping[str, Any]]] = {}


class LinkOnAws(BaseAwsLink):
    """
    A link into the AWS console, unless the task calls another service in place of AWS.

    Airflow 3 asks a task for its links whenever its process ends, also if it failed before it persisted them.
    The base class then reads an XCom that does not exist, which Airflow logs as an error. So the fields of a
    link are also kept on the operator, in ``link_fields``. ``None`` there means that the task was resumed:
    an earlier process of this try has stored its links.
    """

    @classmethod
    def persist(
        cls, context: Any, operator: Any, region_name: Any, aws_partition: Any, **kwargs: Any
    ) -> None:
        """
        Store the link's fields, if the endpoint of the operator's client is one of AWS.

        The client's endpoint is decisive because it can come from the connection, a profile or
        ``AWS_ENDPOINT_URL``. If it is an emulator, the console has neither the job nor the files.
        """
        if not _is_aws_endpoint(operator.hook.conn_client_meta.endpoint_url):
            return
        super().persist(context, operator, region_name, aws_partition, **kwargs)
        fields = {"region_name": region_name, "aws_domain": cls.get_aws_domain(aws_partition), **kwargs}
        operator.link_fields = {**(getattr(operator, "link_fields", None) or NO_LINKS), cls.key: fields}

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the url; ``""`` if the task has no such link."""
        if not hasattr(operator, "link_fields"):  # Airflow 2's webserver has no operator, only its fields
            return str(super().get_link(operator, ti_key=ti_key))
        if operator.link_fields is None:
            # Airflow 3 has stored the url under this key.
            return str(XCom.get_value(key=f"_link_{type(self).__name__}", ti_key=ti_key) or "")
        fields = operator.link_fields.get(self.key)
        return self.format_link(**fields) if fields else ""


class RekognitionConsoleLink(LinkOnAws):
    """
    The Rekognition console in the job's region.

    AWS documents no address for one job (unknown: console-url).
    """

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
