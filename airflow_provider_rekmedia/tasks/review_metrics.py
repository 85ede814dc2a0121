"""Sends what reviews say about the policy to Airflow's metrics."""

from typing import TYPE_CHECKING

from airflow_provider_rekmedia.airflow_compat import Stats

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.report.review_quality import ReviewQuality
    from airflow_provider_rekmedia.tasks.task_instance import TaskInstance

__all__ = ["send_review_metrics"]


def send_review_metrics(ti: "TaskInstance", quality: "ReviewQuality") -> None:
    """
    Send gauges named ``rekmedia.review.recall_pct`` and so on, with the tags ``dag_id`` and ``task_id``.

    An estimate that has too few data is not sent.
    """
    values = {
        "undecided": quality.undecided,
        "allowed_violations_pct": quality.allowed.share.value,
        "recall_pct": quality.recall.value,
        "kappa": quality.agreement.kappa.value,
    }
    tags = {"dag_id": ti.dag_id, "task_id": ti.task_id}
    for name, value in values.items():
        if value is not None:
            Stats.gauge(f"rekmedia.review.{name}", value, tags=tags)
