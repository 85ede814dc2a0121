"""Reads the report of a run, and renders its page again."""

from typing import Final

from airflow_provider_rekmedia.adapters.report.page import render_report
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.report.report_file import decode_report
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["MAX_REPORT_BYTES", "render_stored_report"]

#: A report.json is below 1 MB. A larger file is not one, and would fill the memory of the reader.
MAX_REPORT_BYTES: Final = 10_000_000


def render_stored_report(objects: S3Objects, uri: S3Uri) -> bytes | None:
    """
    Render the page from ``report.json``. The stored page is not used: its HTML could be of anyone.

    :param uri: Of ``report.json``.
    :return: HTML, UTF-8; ``None`` if there is no such object.
    :raises ServiceError: S3 refused.
    :raises UnreadableReport: The file is not a report of this version.
    """
    stored = objects.head(uri)
    if stored is None:
        return None
    if stored.size_bytes > MAX_REPORT_BYTES:
        raise UnreadableReport(uri=str(uri), problem=f"it has {stored.size_bytes:,} bytes")
    body = objects.read_or_none(uri)
    return None if body is None else render_report(decode_report(body, str(uri)))
