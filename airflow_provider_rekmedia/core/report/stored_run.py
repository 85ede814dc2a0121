"""Finds the files of one stored report from the XCom ``report``, or from the uri of its ``report.json``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import parse_optional
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

__all__ = ["StoredReport", "parse_stored_report"]

_NAME: Final = "report.json"


@dataclass(frozen=True, slots=True)
class StoredReport:
    """
    The files of the report of one run.

    :param latest_json: The newest report of the task, beside the folders of its runs; *latest_html* too.
    """

    json: S3Uri
    html: S3Uri
    latest_json: S3Uri
    latest_html: S3Uri


def parse_stored_report(value: Any) -> StoredReport | None:
    """
    Parse the argument ``report`` of a task that adds to a report.

    :param value: The XCom ``report`` of the results task, or a uri ``s3://bucket/…/report.json``.
    :return: ``None`` for no value: the results task writes no report.
    :raises InvalidInput: The value is none of these.
    """
    named = value.get("json") if isinstance(value, Mapping) else value
    if parse_optional(named) is None:
        if isinstance(value, Mapping) and value:
            raise InvalidArgument(argument="report", value=value, problem="it has no member json")
        return None
    uri = parse_s3_uri(str(named))
    run, _, name = uri.key.rpartition("/")
    if name != _NAME:
        raise InvalidArgument(argument="report", value=str(named), problem=f"it must end in /{_NAME}")
    folder, slash, _ = run.rpartition("/")
    return StoredReport(
        json=uri,
        html=S3Uri(uri.bucket, f"{run}/report.html" if run else "report.html"),
        latest_json=S3Uri(uri.bucket, f"{folder}{slash}latest.json"),
        latest_html=S3Uri(uri.bucket, f"{folder}{slash}latest.html"),
    )
