"""Adds review quality or actions to the stored report of a run, after the results task wrote it."""

import logging
from typing import Final

import msgspec

from airflow_provider_rekmedia.adapters.report.page import render_report
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.report.action_section import TaskActions, with_task_actions
from airflow_provider_rekmedia.core.report.report_file import Report, decode_report, encode_report
from airflow_provider_rekmedia.core.report.review_quality import ReviewQuality
from airflow_provider_rekmedia.core.report.stored_run import StoredReport
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["add_report_sections"]

_LOG = logging.getLogger(__name__)

#: Two tasks that write at the same moment need two attempts. More means that something else is wrong.
_ATTEMPTS: Final = 10
_JSON: Final = "application/json"
_HTML: Final = "text/html; charset=utf-8"


def add_report_sections(
    objects: S3Objects,
    stored: StoredReport,
    *,
    review: ReviewQuality | None = None,
    actions: TaskActions | None = None,
) -> bool:
    """
    Add sections to the report of a run, and render its page again. A retry replaces its own section.

    Tasks may do this at the same time: each write of ``report.json`` is conditional, and the page is rendered
    from the newest one. The newest report of the task (``latest.*``) is replaced only if it is of this run.

    :param review: How good the policy and its reviewers are; ``None`` leaves the section as it is.
    :param actions: What one task did; ``None`` leaves the sections as they are.
    :return: Whether there is a report. Without one, there is a warning and nothing is written.
    :raises ServiceError: S3 refused.
    :raises UnreadableReport: The report is damaged, or other tasks replaced it all the time.
    """
    for _ in range(_ATTEMPTS):
        version = objects.read_version(stored.json)
        if version is None:
            _LOG.warning("There is no report at %s, so nothing is added to it.", stored.json)
            return False
        report = _with_sections(decode_report(version.body, str(stored.json)), review, actions)
        body = encode_report(report)
        etag = objects.put_if_unchanged(stored.json, body, _JSON, version.etag)
        if etag is not None and _write_pages(objects, stored, report, etag):
            return True
    raise UnreadableReport(uri=str(stored.json), problem=f"it changed {_ATTEMPTS} times while it was written")


def _with_sections(report: Report, review: ReviewQuality | None, actions: TaskActions | None) -> Report:
    if review is not None:
        report = msgspec.structs.replace(report, review=review)
    if actions is not None:
        tasks = with_task_actions(report.actions, actions)
        report = msgspec.structs.replace(report, actions=tasks)
    return report


def _write_pages(objects: S3Objects, stored: StoredReport, report: Report, etag: str) -> bool:
    """Write the page and the newest report; ``False`` if another task wrote the report meanwhile."""
    page = render_report(report)
    objects.put(stored.html, page, _HTML)
    latest = _replace_latest(objects, stored.latest_json, report)
    if latest:
        objects.put(stored.latest_html, page, _HTML)
    current = objects.read_version(stored.json)
    return current is None or current.etag == etag


def _replace_latest(objects: S3Objects, uri: S3Uri, report: Report) -> bool:
    """Replace the newest report if it is of the same run; return whether it is."""
    version = objects.read_version(uri)
    if version is None:
        return False
    try:
        latest = decode_report(version.body, str(uri)).provenance
    except UnreadableReport as error:
        _LOG.warning("%s It is left alone.", error)
        return False
    if (latest.run_id, latest.created_at) != (report.provenance.run_id, report.provenance.created_at):
        return False
    return objects.put_if_unchanged(uri, encode_report(report), _JSON, version.etag) is not None
