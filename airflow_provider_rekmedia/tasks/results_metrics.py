"""Sends what a run found to Airflow's metrics, so that users can alert in their own system."""

from typing import TYPE_CHECKING

from airflow_provider_rekmedia.airflow_compat import Stats

if TYPE_CHECKING:
    from airflow_provider_rekmedia.services.process_results import ProcessedRun
    from airflow_provider_rekmedia.tasks.task_instance import TaskInstance

__all__ = ["send_results_metrics"]

_COUNTS = ("images", "allow", "review", "block", "failed", "unaccounted")


def send_results_metrics(ti: "TaskInstance", run: "ProcessedRun") -> None:
    """
    Send gauges named ``rekmedia.results.allow`` and so on, with the tags ``dag_id`` and ``task_id``.

    ``cost_usd`` is the estimated cost of the run. ``drift_alarm`` is 0 or 1, and is only sent with a report.
    If Airflow has no metrics configured, nothing is sent.
    """
    from airflow_provider_rekmedia.core.images.prices import price_usd  # noqa: PLC0415 keeps parsing cheap
    from airflow_provider_rekmedia.core.report.drift import DriftStatus  # noqa: PLC0415 as above

    counts = run.tally.counts.as_dict()
    values: dict[str, float] = {name: counts[name] for name in _COUNTS}
    values["cost_usd"] = price_usd(run.billed)
    if run.report:
        values["cost_usd"] = run.report.report.cost.run_usd
        values["drift_alarm"] = int(run.report.report.drift.status is DriftStatus.ALARM)
    tags = {"dag_id": ti.dag_id, "task_id": ti.task_id}
    for name, value in values.items():
        Stats.gauge(f"rekmedia.results.{name}", value, tags=tags)
