"""Reports the progress of a per-image job to the task's log and to Airflow's metrics."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from airflow_provider_rekmedia.airflow_compat import Stats

if TYPE_CHECKING:
    from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
    from airflow_provider_rekmedia.core.per_image.progress import Progress
    from airflow_provider_rekmedia.services.jobs.status_log import Log

__all__ = ["log_progress", "progress_reporter"]

_METRICS = ("done", "failed", "left", "tps", "throttled")


def progress_reporter(log: "Log", identity: "TaskIdentity") -> "Callable[[Progress], None]":
    """
    Create the ``on_progress`` of :class:`PerImageOptions`.

    The metrics are gauges: ``rekmedia.per_image.done`` and so on. Their tags are ``dag_id``, ``task_id`` and
    ``map_index``, which is -1 if the task is not mapped. If Airflow has no metrics configured, nothing is
    sent.
    """
    tags = {
        "dag_id": identity.dag_id,
        "task_id": identity.task_id,
        "map_index": str(identity.map_index),
    }

    def report(progress: "Progress") -> None:
        log_progress(log, progress)
        for name in _METRICS:
            Stats.gauge(f"rekmedia.per_image.{name}", getattr(progress, name), tags=tags)

    return report


def log_progress(log: "Log", progress: "Progress") -> None:
    """Log one line: images done, failed and left, the rate, throttled calls, and the time left."""
    time_left = "unknown" if progress.eta_s is None else f"{progress.eta_s:.0f} s"
    log.info(
        "%d of %d images done, %d of them failed; %d left. %.1f a second, %d calls throttled; time to go: %s",
        progress.done,
        progress.total,
        progress.failed,
        progress.left,
        progress.tps,
        progress.throttled,
        time_left,
    )
