"""The sentences that the log, the page and the demo show of a report."""

from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .drift import DriftStatus
from .report_file import Report

__all__ = ["alarm_text", "headline", "needs_person"]


def needs_person(report: Report) -> int:
    """Return how many images a person must decide about."""
    is_reviewed = report.provenance.not_analyzed is Decision.REVIEW
    return report.images.review + (report.images.not_analyzed if is_reviewed else 0)


def headline(report: Report) -> str:
    """Return one line about the run: what needs a person, the verdicts, and the cost."""
    images, cost = report.images, report.cost
    return (
        f"{needs_person(report):,} of {images.manifest:,} images need a person. "
        f"{images.block:,} blocked, {images.review:,} to review, {images.allow:,} allowed, "
        f"{images.not_analyzed:,} not analyzed. "
        f"About ${cost.run_usd:,.2f} for this run, ${cost.month_usd:,.2f} in {cost.month}."
    )


def alarm_text(report: Report) -> str:
    """Return what the drift alarm is about; ``""`` without an alarm."""
    if report.drift.status is not DriftStatus.ALARM:
        return ""
    words = {"block": "blocked", "review": "to review"}
    changes = [
        f"{words[change.verdict]} {change.share_pct:.1f} % instead of {change.baseline_pct:.1f} %"
        for change in report.drift.changes
        if change.is_material
    ]
    return f"The verdicts differ from earlier runs by more than chance: {', '.join(changes)}."
