"""Counters: calls, jobs, and images that AWS would bill."""

from collections import Counter
from typing import Any

from airflow_provider_rekmedia.emulator.protocol.operations import OPERATIONS

__all__ = ["Usage"]


class Usage:
    """The counters of one emulator. Not thread-safe: the caller holds the state's lock."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter(dict.fromkeys(OPERATIONS, 0))
        self.jobs = 0
        self.images_billed = 0
        self.most_active_jobs = 0

    def count_job(self, *, active: int) -> None:
        """
        Count a started job.

        :param active: active jobs of its account and region, including this one.
        """
        self.jobs += 1
        self.most_active_jobs = max(self.most_active_jobs, active)

    def describe(self) -> dict[str, Any]:
        """Encode the counters; calls include refused ones."""
        return {
            "calls": dict(self.calls),
            "jobs": self.jobs,
            "images_billed": self.images_billed,
            "most_active_jobs": self.most_active_jobs,
        }
