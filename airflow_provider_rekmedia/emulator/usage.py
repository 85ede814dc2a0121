"""What was asked, and what it would have cost."""

from collections import Counter
from typing import Any

from .settings import OPERATIONS

__all__ = ["Usage"]


class Usage:
    """Counters of one world. Not thread-safe: whoever holds it holds the world's lock."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter(dict.fromkeys(OPERATIONS, 0))
        self.jobs = 0
        self.images_billed = 0
        self.most_active_jobs = 0

    def count_job(self, *, active: int) -> None:
        """
        Count a started job.

        :param active: the jobs that its account and region now has at work, this one included.
        """
        self.jobs += 1
        self.most_active_jobs = max(self.most_active_jobs, active)

    def describe(self) -> dict[str, Any]:
        """Encode the counters for the admin path; calls include those that were refused."""
        return {
            "calls": dict(self.calls),
            "jobs": self.jobs,
            "images_billed": self.images_billed,
            "most_active_jobs": self.most_active_jobs,
        }
