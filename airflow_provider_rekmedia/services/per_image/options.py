"""How a per-image job runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from airflow_provider_rekmedia.core.arguments import parse_whole_number
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.per_image.lease import LeaseTimes
from airflow_provider_rekmedia.core.per_image.progress import Progress
from airflow_provider_rekmedia.core.per_image.settings import MAX_CONCURRENT_CALLS, OnExpiredAdapter

__all__ = ["PerImageOptions"]

#: A lower rate is a mistake: a thread cannot wait that long.
_MIN_TPS: Final = 0.001


def _ignore(_: Progress) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PerImageOptions:
    """
    How a per-image job runs.

    :param max_tps: Most calls per second, 0.001 or more; ``None`` adapts to the account's quota.
    :param max_concurrency: Most images in flight, 1 to 1,000: started, and not journaled yet.
    :param on_expired_adapter: What to do if the base model answers instead of an adapter.
    :param attempt: Airflow's number of this attempt of the task, 1 or more; a larger one is newer.
    :param lease_times: When another attempt may continue; see :mod:`core.per_image.lease`.
    :param on_progress: Called every five seconds, and at the end.
    :param is_stopped: Called five times per second; once it returns true, no more images start.
    """

    max_tps: float | None = None
    max_concurrency: int = 100
    on_expired_adapter: OnExpiredAdapter = OnExpiredAdapter.WARN
    attempt: int = 1
    lease_times: LeaseTimes = field(default_factory=LeaseTimes)
    on_progress: Callable[[Progress], None] = _ignore
    is_stopped: Callable[[], bool] = lambda: False

    def validate(self) -> None:
        """
        Check the ranges.

        :raises InvalidArgument: A number is out of its range.
        """
        if self.max_tps is not None and not _MIN_TPS <= self.max_tps < float("inf"):
            raise InvalidArgument(argument="max_tps", value=self.max_tps, problem="it is not 0.001 or more")
        parse_whole_number("max_concurrency", self.max_concurrency, low=1, high=MAX_CONCURRENT_CALLS)
