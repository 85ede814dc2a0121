"""Parses where a report is, and how to read it, from the rendered template fields of its task."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import (
    parse_optional_prefix,
    parse_optional_switch_or_text,
    parse_optional_text,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .problems import Problem

__all__ = ["ReportSource", "parse_report_source"]

#: Airflow replaces secrets in rendered fields by this text.
_MASK: Final = "***"


@dataclass(frozen=True, slots=True)
class ReportSource:
    """
    The arguments of the results task that the page needs.

    :param prefix: The argument ``report``.
    :param verify: As in boto3; ``None`` if the task does not set it.
    """

    prefix: S3Uri
    aws_conn_id: str
    region_name: str | None
    verify: bool | str | None


def parse_report_source(fields: Mapping[str, Any]) -> ReportSource:
    """
    Parse the rendered template fields of a task. Only its worker writes them.

    :raises Problem: The task writes no report, or it has no connection.
    :raises InvalidInput: An argument is malformed.
    """
    prefix = parse_optional_prefix(fields.get("report"))
    if prefix is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "This task writes no report",
            "Only the results operator writes one, and only if its argument report is set.",
        )
    aws_conn_id = parse_optional_text("aws_conn_id", fields.get("aws_conn_id"))
    if aws_conn_id is None:
        raise Problem(
            HTTPStatus.CONFLICT,
            "The task has no connection",
            "Its aws_conn_id is None, so it used the credentials of its worker. The page never uses those of "
            "the api-server. Set aws_conn_id on the results task, and run it again.",
        )
    if _MASK in f"{prefix}{aws_conn_id}":
        raise Problem(
            HTTPStatus.CONFLICT,
            "Airflow masked an argument of the task",
            "Its report or aws_conn_id contains the value of a secret, which Airflow does not store.",
        )
    return ReportSource(
        prefix=prefix,
        aws_conn_id=aws_conn_id,
        region_name=parse_optional_text("region_name", fields.get("region_name")),
        verify=parse_optional_switch_or_text("verify", fields.get("verify")),
    )
