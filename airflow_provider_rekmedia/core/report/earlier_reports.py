"""Chooses the earlier reports that a report shows, and what their runs cost."""

from collections.abc import Iterable
from typing import Final

from .report_file import EarlierRun, Provenance, Report, ReportedRun

__all__ = ["MAX_EARLIER_RUNS", "earlier_run", "images_billed_in_month", "select_earlier"]

#: Four weeks of nightly runs: each weekday counts equally.
MAX_EARLIER_RUNS: Final = 28


def select_earlier(reports: Iterable[Report], run: Provenance) -> list[Report]:
    """
    Return the last reports before a run, oldest first; of one run, only its newest report.

    :param reports: Reports in any order. Reports of other Dags or tasks, and of this run, are ignored.
    """
    newest: dict[str, Report] = {}
    for report in reports:
        other = report.provenance
        known = newest.get(other.run_id)
        if _is_before(other, run) and (known is None or other.created_at > known.provenance.created_at):
            newest[other.run_id] = report
    ordered = sorted(newest.values(), key=lambda report: report.provenance.ordered_at)
    return ordered[-MAX_EARLIER_RUNS:]


def images_billed_in_month(reports: Iterable[Report | ReportedRun], run: Provenance) -> int:
    """
    Return the images that other runs paid for before this one in the month of its ``created_at``, in UTC.

    :param reports: All reports of the month, in any order; several reports of one run count once.
    """
    month = run.created_at.strftime("%Y-%m")
    analyzed = {
        (other.dag_id, other.task_id, other.map_index, other.run_id): report.cost.run_images
        for report in reports
        if (other := report.provenance).created_at.strftime("%Y-%m") == month
        and other.created_at <= run.created_at
    }
    analyzed.pop((run.dag_id, run.task_id, run.map_index, run.run_id), None)
    return sum(analyzed.values())


def earlier_run(report: Report) -> EarlierRun:
    """Return what the trend needs of a report."""
    run = report.provenance
    return EarlierRun(
        run_id=run.run_id,
        at=run.ordered_at,
        images=report.images,
        drift=report.drift.status,
        policy_digest=run.policy_digest,
        model_versions=run.model_versions,
    )


def _is_before(other: Provenance, run: Provenance) -> bool:
    same_task = (other.dag_id, other.task_id, other.map_index) == (run.dag_id, run.task_id, run.map_index)
    return same_task and other.run_id != run.run_id and other.ordered_at <= run.ordered_at
