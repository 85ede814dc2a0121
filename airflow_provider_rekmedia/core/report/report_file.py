"""
The report of one run, and its file ``report.json``.

The HTML page is rendered from this value alone, so both have the same numbers. Write it with
:func:`encode_report` and read it with :func:`decode_report`.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .action_section import TaskActions
from .drift import Drift, DriftStatus
from .failures import FailureCount
from .report_tally import DecidingRule
from .review_quality import ReviewQuality
from .rule_histogram import RuleHistogram

__all__ = [
    "Cost",
    "EarlierRun",
    "ImageTotals",
    "LabelCount",
    "Provenance",
    "Report",
    "ReportedRun",
    "decode_report",
    "decode_reported_run",
    "encode_report",
]

_Count = Annotated[int, msgspec.Meta(ge=0)]
#: With a time zone: the page shows UTC.
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class ImageTotals(msgspec.Struct, frozen=True, kw_only=True):
    """
    Images by outcome. Each line of the manifests is in exactly one of the last five fields.

    :param manifest: Lines of the manifests.
    """

    manifest: _Count
    allow: _Count
    review: _Count
    block: _Count
    failed: _Count
    unaccounted: _Count

    def __post_init__(self) -> None:
        """
        Check that no image is missing.

        :raises ValueError: The lines of the manifests are not all in one field.
        """
        if self.manifest != self.analyzed + self.not_analyzed:
            message = (
                f"{self.manifest} lines, but {self.analyzed} analyzed and {self.not_analyzed} not analyzed"
            )
            raise ValueError(message)

    @property
    def analyzed(self) -> int:
        """Images with a result."""
        return self.allow + self.review + self.block

    @property
    def not_analyzed(self) -> int:
        """Images without a result."""
        return self.failed + self.unaccounted


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the run cost, by the list price of one region.

    :param run_images: Images that the jobs of this run analyzed. Stored results cost nothing again.
    :param run_usd: US dollars for these images.
    :param month_usd: US dollars for all runs of the month that have a report here, this run included.
    :param month: The month in UTC, as ``YYYY-MM``.
    """

    run_images: _Count
    run_usd: float
    month_usd: float
    month_images: _Count
    month: str
    price_region: str
    prices_as_of: str


class LabelCount(msgspec.Struct, frozen=True, kw_only=True):
    """
    Images with one label, in percent of the analyzed images.

    :param share_low: The lower bound of the share, with 95 % confidence.
    :param baseline_pct: The share in the baseline of the drift; ``None`` without one. The same for the change
        in percentage points, and its bounds.
    """

    name: str
    images: _Count
    share_pct: float
    share_low: float
    share_high: float
    baseline_pct: float | None = None
    change_points: float | None = None
    change_low: float | None = None
    change_high: float | None = None


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """
    Where the numbers come from.

    :param data_interval_start: As in Airflow; ``None`` if the run has no data interval.
    :param created_at: When the report was made.
    :param policy_digest: See :func:`policy_digest.policy_digest`.
    :param not_analyzed: The verdict on images without a result.
    """

    dag_id: str
    task_id: str
    run_id: str
    map_index: int = -1
    data_interval_start: _Time | None
    data_interval_end: _Time | None
    created_at: _Time
    jobs: tuple[str, ...]
    model_versions: tuple[str, ...]
    package_version: str
    policy_name: str
    policy_digest: str
    not_analyzed: Decision

    @property
    def ordered_at(self) -> datetime:
        """The time by which runs are ordered: a backfill of an old day is not the newest run."""
        return self.data_interval_end or self.created_at

    @property
    def comparable(self) -> tuple[str, tuple[str, ...]]:
        """What must be equal for two runs to be compared: the policy and the model."""
        return self.policy_digest, self.model_versions


class EarlierRun(msgspec.Struct, frozen=True, kw_only=True):
    """One earlier run, for the trend."""

    run_id: str
    at: _Time
    images: ImageTotals
    drift: DriftStatus
    policy_digest: str
    model_versions: tuple[str, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """
    The numbers of one run.

    :param deciding_rules: Analyzed images by the rule that decided, and its verdict.
    :param rules: The rules that matched an image, for confidences and thresholds.
    :param unused_rules: Rules of the policy that matched no image.
    :param labels: Labels by number of images, most frequent first.
    :param other_labels: Pairs of an image and a label that is not listed.
    :param earlier: Earlier runs, oldest first.
    :param review: How good the policy and its reviewers are; ``None`` until a review of the run is finished.
    :param actions: What tasks did to the images; empty until such a task is finished.
    """

    version: Literal[1] = 1
    provenance: Provenance
    images: ImageTotals
    cost: Cost
    deciding_rules: tuple[DecidingRule, ...]
    rules: tuple[RuleHistogram, ...]
    unused_rules: tuple[str, ...]
    labels: tuple[LabelCount, ...]
    other_labels: _Count
    failures: tuple[FailureCount, ...]
    drift: Drift
    earlier: tuple[EarlierRun, ...]
    review: ReviewQuality | None = None
    actions: tuple[TaskActions, ...] = ()


class ReportedRun(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a report that the cost of a month needs: a fraction of the memory of a whole report."""

    version: Literal[1]
    provenance: Provenance
    cost: Cost


_DECODER: Final = JsonFileDecoder(Report, UnreadableReport)
_RUN_DECODER: Final = JsonFileDecoder(ReportedRun, UnreadableReport)


def encode_report(report: Report) -> bytes:
    """Encode the file: JSON, UTF-8."""
    return msgspec.json.encode(report)


def decode_report(body: bytes, uri: str) -> Report:
    """
    Decode the file.

    :param uri: Where the file is, for the error.
    :raises UnreadableReport: The file is damaged, or its version is unknown.
    """
    return _DECODER.decode(body, uri)


def decode_reported_run(body: bytes, uri: str) -> ReportedRun:
    """
    Decode only the source and the cost of a report.

    :raises UnreadableReport: As for :func:`decode_report`.
    """
    return _RUN_DECODER.decode(body, uri)
