"""Tells how far a per-image job is: in the task's log, and as Airflow metrics."""

from collections.abc import Callable

from airflow_provider_rekmedia.adapters.jobs.look_log import Log
from airflow_provider_rekmedia.airflow_compat import Stats
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.per_image.engine import Progress

__all__ = ["log_progress", "progress_teller"]

_METRICS = ("done", "failed", "left", "tps", "throttled")


def progress_teller(log: Log, identity: TaskIdentity) -> Callable[[Progress], None]:
    """
    Make what :meth:`RekognitionHook.moderate_once` tells its progress to.

    Metrics are gauges, ``rekmedia.per_image.done`` and so on, with the tags ``dag_id``, ``task_id`` and
    ``map_index``, which is -1 for a task that is not mapped; where Airflow has no metrics configured, nothing
    is sent.
    """
    tags = {
        "dag_id": identity.dag_id,
        "task_id": identity.task_id,
        "map_index": str(identity.map_index),
    }

    def tell(progress: Progress) -> None:
        log_progress(log, progress)
        for name in _METRICS:
            Stats.gauge(f"rekmedia.per_image.{name}", getattr(progress, name), tags=tags)

    return tell


def log_progress(log: Log, progress: Progress) -> None:
    """Write one line: rate, done, left, errors and the time to go."""
    to_go = "unknown" if progress.eta_s is None else f"{progress.eta_s:.0f} s"
    log.info(
        "%d of %d images done, %d of them failed; %d left. %.1f a second, %d calls throttled; time to go: %s",
        progress.done,
        progress.total,
        progress.failed,
        progress.left,
        progress.tps,
        progress.throttled,
        to_go,
    )
