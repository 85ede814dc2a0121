"""Rate quotas: a token bucket per operation that holds one second's calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion

__all__ = ["RateLimits"]


@dataclass
class _Bucket:
    calls_left: float
    filled_at: float


class RateLimits:
    """The rate quotas of one emulator. Not thread-safe: the caller holds the state's lock."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[AccountRegion, str], _Bucket] = {}

    def allow(
        self, account_region: AccountRegion, operation: str, *, tps: Mapping[Any, float], now: float
    ) -> bool:
        """
        Decide whether a call is within the quota. An allowed call uses up quota, a refused one does not.

        :param tps: calls per second by operation; an operation without an entry has no limit.
        :param now: seconds.
        """
        limit = tps.get(operation)
        if limit is None:
            return True
        size = max(1.0, limit)
        bucket = self._buckets.setdefault((account_region, operation), _Bucket(size, now))
        bucket.calls_left = min(size, bucket.calls_left + (now - bucket.filled_at) * limit)
        bucket.filled_at = now
        if bucket.calls_left < 1.0:
            return False
        bucket.calls_left -= 1.0
        return True
