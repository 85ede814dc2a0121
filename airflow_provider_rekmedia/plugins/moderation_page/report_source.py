"""Parses where a report is, and how to read it, from the rendered template fields of its task."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from airflow_provider_rekmedia.core.arguments import parse_optional_prefix
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .connection_source import ConnectionSource, parse_connection_source, refuse_masked
from .problems import Problem

__all__ = ["ReportSource", "parse_report_source"]


@dataclass(frozen=True, slots=True)
class ReportSource:
    """
    The arguments of the results task that the page needs.

    :param prefix: The argument ``report``.
    """

    prefix: S3Uri
    connection: ConnectionSource


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
    refuse_masked("report", prefix)
    return ReportSource(prefix, parse_connection_source(fields))
