"""Counts a run for its report, compares it with earlier runs, and writes the report."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from airflow_provider_rekmedia.adapters.report.page import render_report
from airflow_provider_rekmedia.adapters.report.report_files import EarlierReports, ReportFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import DriftFound
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.report.build_report import build_report
from airflow_provider_rekmedia.core.report.headline import alarm_text, headline
from airflow_provider_rekmedia.core.report.report_file import Provenance, Report
from airflow_provider_rekmedia.core.report.report_tally import ReportTally
from airflow_provider_rekmedia.core.report.report_uris import ReportUris
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.policy import Policy
from airflow_provider_rekmedia.core.verdicts.policy_digest import policy_digest
from airflow_provider_rekmedia.core.verdicts.tally import Tally

__all__ = ["ReportRequest", "RunReport", "WrittenReport"]

_LOG = logging.getLogger(__name__)

_PACKAGE: Final = "airflow-provider-rekmedia"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """
    Which report a task writes.

    :param prefix: The prefix of all reports.
    :param data_interval_start: Aware; ``None`` if the run has no data interval.
    """

    prefix: S3Uri
    identity: TaskIdentity
    data_interval_start: datetime | None
    data_interval_end: datetime | None


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report with its uris."""

    report: Report
    uris: ReportUris

    def as_dict(self) -> dict[str, Any]:
        """Return the value of the XCom ``report``, JSON-serializable."""
        return {
            "version": 1,
            "html": str(self.uris.html),
            "json": str(self.uris.json),
            "latest_html": str(self.uris.latest_html),
            "latest_json": str(self.uris.latest_json),
            "headline": headline(self.report),
            "drift": self.report.drift.status.value,
            "drift_change": alarm_text(self.report),
        }

    def check_drift(self) -> None:
        """
        Check that the verdicts do not differ from those of earlier runs.

        :raises DriftFound: They do.
        """
        if change := alarm_text(self.report):
            raise DriftFound(change=change, report=self.uris.html)

    def log(self) -> None:
        """Log the headline, where the report is, and a drift alarm."""
        _LOG.info("%s", headline(self.report))
        _LOG.info("Report: %s", self.uris.html)
        if change := alarm_text(self.report):
            _LOG.warning("Drift alarm. %s See %s", change, self.uris.html)
        elif missing := self.report.drift.missing:
            _LOG.info("Drift is not checked yet. It needs %s.", missing)


class RunReport:
    """The report of a run that is being processed."""

    def __init__(self, request: ReportRequest, policy: Policy, objects: S3Objects) -> None:
        self._request = request
        self._policy = policy
        self._files = ReportFiles(objects, request.prefix, request.identity)
        self._earlier = EarlierReports()
        self._created_at = datetime.now(UTC)
        #: Counts the images of the run.
        self.tally = ReportTally(policy)

    def read_earlier(self) -> None:
        """
        Read the reports of earlier runs. Call it first: a damaged one fails the task before any other work.

        :raises ServiceError: S3 refused.
        :raises UnreadableReport: A report is damaged.
        """
        self._earlier = self._files.read_earlier(self._created_at)

    def write(
        self, counted: Tally, *, jobs: Iterable[str], model_versions: Sequence[str], billed: int
    ) -> WrittenReport:
        """
        Write the report.

        :param counted: Has counted the same images as :attr:`tally`.
        :param jobs: Ids of the jobs.
        :param billed: Images that the jobs analyzed.
        :raises ServiceError: S3 refused.
        """
        report = build_report(
            counts=counted.counts,
            tally=self.tally,
            label_counts=counted.counted_labels,
            other_labels=counted.other_labels,
            billed=billed,
            provenance=self._provenance(tuple(jobs), tuple(model_versions)),
            reports=self._earlier.last,
            month=self._earlier.month,
        )
        self._files.write(report, render_report(report))
        return WrittenReport(report, self._files.uris)

    def _provenance(self, jobs: tuple[str, ...], model_versions: tuple[str, ...]) -> Provenance:
        identity = self._request.identity
        return Provenance(
            dag_id=identity.dag_id,
            task_id=identity.task_id,
            run_id=identity.run_id,
            map_index=identity.map_index,
            data_interval_start=self._request.data_interval_start,
            data_interval_end=self._request.data_interval_end,
            created_at=self._created_at,
            jobs=jobs,
            model_versions=model_versions,
            package_version=version(_PACKAGE),
            policy_name=self._policy.name,
            policy_digest=policy_digest(self._policy),
            not_analyzed=self._policy.not_analyzed,
        )
