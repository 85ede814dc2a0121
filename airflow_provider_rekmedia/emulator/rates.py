"""Calls per second, by operation: a bucket that holds one second's worth of calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from .wire import Place

__all__ = ["RateLimits"]


@dataclass
class _Bucket:
    calls_left: float
    filled_at: float


class RateLimits:
    """The quotas of one world. Not thread-safe: whoever holds it holds the world's lock."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[Place, str], _Bucket] = {}

    def admits(self, place: Place, operation: str, *, tps: Mapping[str, float], now: float) -> bool:
        """
        Take one call out of its bucket.

        :param tps: calls per second by operation; an operation without an entry has no limit.
        :param now: s.
        :return: whether the call is within the quota; a refused call takes nothing.
        """
        limit = tps.get(operation)
        if limit is None:
            return True
        size = max(1.0, limit)
        bucket = self._buckets.setdefault((place, operation), _Bucket(size, now))
        bucket.calls_left = min(size, bucket.calls_left + (now - bucket.filled_at) * limit)
        bucket.filled_at = now
        if bucket.calls_left < 1.0:
            return False
        bucket.calls_left -= 1.0
        return True
