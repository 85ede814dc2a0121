"""Recall: the share of all violations that the policy blocks or sends to review."""

from airflow_provider_rekmedia.core.report.intervals import Interval

from .combined_intervals import Estimated, ratio, weighted_sum

__all__ = ["recall_of"]


def recall_of(confirmed: Estimated, *, allowed_images: float, missed: Estimated) -> Estimated:
    """
    Return the recall.

    Flagged images alone would say 100 %. The violations among allowed images are known from the audit only.

    :param confirmed: Violations among the flagged images; above 0.
    :param allowed_images: Allowed images of the same runs.
    :param missed: The share of violations among them.
    """
    per_confirmed = ratio(weighted_sum([(allowed_images, missed)]), confirmed)
    interval = per_confirmed.interval
    return Estimated(1 / (1 + per_confirmed.value), Interval(1 / (1 + interval.high), 1 / (1 + interval.low)))
