"""The keys of reports: one folder for each run, and the newest report beside them."""

from dataclasses import dataclass

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, readable_key
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["ReportUris", "report_uris"]


@dataclass(frozen=True, slots=True)
class ReportUris:
    """
    Where the files of one report are.

    :param folder: The common prefix of all runs of the task: list it to find earlier reports.
    """

    folder: S3Uri
    json: S3Uri
    html: S3Uri
    latest_json: S3Uri
    latest_html: S3Uri


def report_uris(prefix: S3Uri, identity: TaskIdentity) -> ReportUris:
    """
    Return the uris of a task's report. A retry of the same run overwrites its report.

    :param prefix: The argument ``report``, with a slash at its end.
    """
    run = readable_key(identity)
    folder = run.rpartition("/")[0]
    return ReportUris(
        folder=prefix.join(f"{folder}/"),
        json=prefix.join(f"{run}/report.json"),
        html=prefix.join(f"{run}/report.html"),
        latest_json=prefix.join(f"{folder}/latest.json"),
        latest_html=prefix.join(f"{folder}/latest.html"),
    )
