"""Reads the earlier reports of a task, and writes the report of a run."""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.report.report_file import (
    Report,
    ReportedRun,
    decode_report,
    decode_reported_run,
    encode_report,
)
from airflow_provider_rekmedia.core.report.report_uris import ReportUris, report_uris
from airflow_provider_rekmedia.core.report.stored_reports import choose_reports
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["EarlierReports", "ReportFiles"]

_LOG = logging.getLogger(__name__)

_Decoded = TypeVar("_Decoded")

#: Reads at once; botocore's pool has ten connections.
_READERS: Final = 8
_JSON: Final = "application/json"
_HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class EarlierReports:
    """
    Reports of other runs of the task.

    :param last: Of the last runs.
    :param month: Of other runs of the month, for its cost.
    """

    last: tuple[Report, ...] = ()
    month: tuple[ReportedRun, ...] = ()


class ReportFiles:
    """
    The report of one task instance, and those of the other runs of the task.

    :param prefix: The argument ``report``.
    """

    def __init__(self, objects: S3Objects, prefix: S3Uri, identity: TaskIdentity) -> None:
        self._objects = objects
        self._prefix = prefix
        self._identity = identity
        self.uris: ReportUris = report_uris(prefix, identity)

    def read_earlier(self, at: datetime) -> EarlierReports:
        """
        Read the reports of the last 28 runs, and those of the month.

        :param at: Now, aware UTC.
        :raises ServiceError: S3 refused.
        :raises UnreadableReport: A report of another run is damaged.
        """
        chosen = choose_reports(
            self._objects.iter_objects(self.uris.folder),
            own=self.uris.json,
            at=at,
            named=self._named_by_own_report(),
        )
        with ThreadPoolExecutor(_READERS, thread_name_prefix="rekmedia-reports") as readers:
            last = list(readers.map(self._objects.read_or_none, chosen.last))
            month = list(readers.map(self._read_run, chosen.month))
        # A report may be deleted after the listing.
        return EarlierReports(
            tuple(decode_report(body, str(uri)) for uri, body in zip(chosen.last, last, strict=True) if body),
            tuple(run for run in month if run),
        )

    def write(self, report: Report, page: bytes) -> None:
        """
        Write the report; a retry overwrites it. The newest run is also the latest report.

        :raises ServiceError: S3 refused.
        """
        body = encode_report(report)
        self._objects.put(self.uris.json, body, _JSON)
        self._objects.put(self.uris.html, page, _HTML)
        if self._is_latest(report):
            self._objects.put(self.uris.latest_json, body, _JSON)
            self._objects.put(self.uris.latest_html, page, _HTML)

    def _named_by_own_report(self) -> Iterator[S3Uri]:
        """Find the runs before this one, if it is cleared. Its damaged report is overwritten, so no error."""
        for own in self._read_replaceable(self.uris.json, decode_report):
            for run in own.earlier:
                yield report_uris(self._prefix, replace(self._identity, run_id=run.run_id)).json

    def _is_latest(self, report: Report) -> bool:
        """Whether no later run is the latest report; an old run that is cleared must not replace it."""
        latest = self._read_replaceable(self.uris.latest_json, decode_reported_run)
        return all(run.provenance.ordered_at <= report.provenance.ordered_at for run in latest)

    def _read_run(self, uri: S3Uri) -> ReportedRun | None:
        body = self._objects.read_or_none(uri)
        return decode_reported_run(body, str(uri)) if body else None

    def _read_replaceable(self, uri: S3Uri, decode: Callable[[bytes, str], _Decoded]) -> Iterable[_Decoded]:
        """Read a report that this task replaces: none or one. If it is damaged, there is a warning."""
        body = self._objects.read_or_none(uri)
        if body is None:
            return []
        try:
            return [decode(body, str(uri))]
        except UnreadableReport as error:
            _LOG.warning("%s It is overwritten.", error)
            return []
