"""
How fast to call a service whose quota is unknown: additive increase, multiplicative decrease.

The pace is adjusted once per epoch, from the outcomes of its calls. Tasks that share a quota do not know of
each other. All are cut in proportion and grow by the same amount, so they end near equal shares.

AWS documents a separate error code for calls above the quota. Once a task has received this code, it knows
that any other throttling has another cause: the service lacks capacity for now. Slowing down does not help
against that, unless most calls are throttled. Before that, throttling may have either cause, and cuts of the
pace find out which, see :mod:`throttling_cause`.

This works if the service allows a burst of one second's calls, and if it allows only an even flow (unknown:
account-quota, quota-averaging).

The error codes: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from .throttling_cause import ThrottlingCause, is_beyond_chance

__all__ = ["CallOutcome", "Pacer"]

_FIRST_TPS: Final = 20.0
_MIN_TPS: Final = 0.25
#: A cut multiplies the pace by this at least.
_CUT: Final = 0.7
#: A cut keeps at least this part of the accepted rate. Cutting further would give our share to other tasks.
_KEPT: Final = 0.9
#: Calls per second that the pace grows each second, or this part of the pace, if that is more.
_GROWTH_TPS: Final = 1.0
_GROWTH: Final = 0.02
#: The pace is multiplied by this each second while throttling is known to have another cause.
_TOLERANT_GROWTH: Final = 1.2
#: If more than this share of calls is throttled, beyond chance, the pace is cut for any cause.
_MAX_THROTTLED: Final = 0.65
_DEVIATIONS: Final = 2.0

_RAMP_EPOCH_S: Final = 0.25
_EPOCH_S: Final = 1.0
#: An epoch needs this many calls, but ends at the latest after this time. Detecting the quota needs fewer
#: calls than finding the cause of throttling.
_EPOCH_CALLS: Final = 16
_MAX_EPOCH_S: Final = 20.0
_QUOTA_EPOCH_CALLS: Final = 4
_MAX_QUOTA_EPOCH_S: Final = 5.0

#: A call may be this late and still have its slot, so a thread that wakes late does not reduce the rate.
_CATCH_UP_S: Final = 0.1


class CallOutcome(Enum):
    """How the quota treated a call."""

    #: The service processed the call. It may still have returned an error about the image.
    ACCEPTED = auto()
    #: The service says that the call was above the quota.
    OVER_QUOTA = auto()
    #: The service throttled the call without saying why.
    THROTTLED = auto()


@dataclass(slots=True)
class _Epoch:
    began: float
    sent: int = 0
    accepted: int = 0
    over_quota: int = 0
    throttled: int = 0

    @property
    def calls(self) -> int:
        """Calls that returned."""
        return self.accepted + self.over_quota + self.throttled

    def add(self, outcome: CallOutcome) -> None:
        self.accepted += outcome is CallOutcome.ACCEPTED
        self.over_quota += outcome is CallOutcome.OVER_QUOTA
        self.throttled += outcome is CallOutcome.THROTTLED


class Pacer:
    """
    The pace of one task.

    It has no clock and no lock. The caller passes the time. Threads that share a pacer must hold one lock
    around each of its methods, as the per-image engine does.

    :param max_tps: Most calls per second, > 0; ``None`` means that only the quota limits the pace.
    """

    def __init__(self, max_tps: float | None = None) -> None:
        self._max_tps = max_tps if max_tps is not None else float("inf")
        self._min_tps = min(_MIN_TPS, self._max_tps)
        #: Current pace in calls per second.
        self.tps = min(_FIRST_TPS, self._max_tps)
        self._is_ramping = True
        self._knows_quota_error = False
        self._cause = ThrottlingCause()
        self._next_slot: float | None = None
        self._epoch: _Epoch | None = None

    def reserve(self, now: float) -> float:
        """
        Reserve the next slot for a call.

        :param now: Seconds of a monotonic clock.
        :return: Seconds to wait before the call; 0 or more.
        """
        slot = now if self._next_slot is None else max(self._next_slot, now - _CATCH_UP_S)
        self._next_slot = slot + 1 / self.tps
        self._epoch_at(now).sent += 1
        return max(0.0, slot - now)

    def settle(self, now: float, outcome: CallOutcome) -> None:
        """Record the outcome of a call. At the end of an epoch, adjust the pace."""
        epoch = self._epoch_at(now)
        epoch.add(outcome)
        self._knows_quota_error |= outcome is CallOutcome.OVER_QUOTA
        elapsed_s = now - epoch.began
        if self._is_over(epoch, elapsed_s):
            adjust = self._adjust_to_quota if self._knows_quota_error else self._adjust_to_throttling
            adjust(epoch, elapsed_s)
            self._epoch = _Epoch(now)

    def _epoch_at(self, now: float) -> _Epoch:
        if self._epoch is None:
            self._epoch = _Epoch(now)
        return self._epoch

    def _is_over(self, epoch: _Epoch, elapsed_s: float) -> bool:
        if self._is_ramping:
            return elapsed_s >= _RAMP_EPOCH_S
        has_enough_calls = epoch.calls >= (_QUOTA_EPOCH_CALLS if self._knows_quota_error else _EPOCH_CALLS)
        max_s = _MAX_QUOTA_EPOCH_S if self._knows_quota_error else _MAX_EPOCH_S
        return elapsed_s >= (_EPOCH_S if has_enough_calls else max_s)

    def _adjust_to_quota(self, epoch: _Epoch, elapsed_s: float) -> None:
        if epoch.over_quota:
            accepted = epoch.accepted / (epoch.accepted + epoch.over_quota)
            self._slow_down(self.tps * accepted * _KEPT)
        elif is_beyond_chance(epoch.throttled, epoch.calls, _MAX_THROTTLED, deviations=_DEVIATIONS):
            self._slow_down(0.0)
        else:
            self._speed_up(epoch, elapsed_s)

    def _adjust_to_throttling(self, epoch: _Epoch, elapsed_s: float) -> None:
        cause, accepted_tps = self._cause, epoch.accepted / elapsed_s
        restored_tps = cause.record_epoch(self.tps, epoch.calls, epoch.throttled, elapsed_s)
        if restored_tps is not None:
            self.tps = restored_tps
        elif cause.is_more_than_tolerated(epoch.calls, epoch.throttled):
            cause.record_cut(self.tps, accepted_tps, epoch.calls, epoch.throttled)
            self._slow_down(max(cause.min_tps, accepted_tps * _KEPT))
        else:
            self._speed_up(epoch, elapsed_s)

    def _slow_down(self, kept_tps: float) -> None:
        """Cut the pace, but by at most the factor of one cut, and not below *kept_tps* or the minimum."""
        self._is_ramping = False
        self.tps = max(self.tps * _CUT, min(self.tps, max(kept_tps, self._min_tps)))

    def _speed_up(self, epoch: _Epoch, elapsed_s: float) -> None:
        if epoch.sent < self.tps * elapsed_s / 2:
            return  # something other than the pace limits the rate
        if self._is_ramping:
            grown = self.tps * 2
        elif self._cause.is_tolerant and not self._knows_quota_error:
            grown = self.tps * _TOLERANT_GROWTH**elapsed_s
        else:
            grown = self.tps + max(_GROWTH_TPS, _GROWTH * self.tps) * elapsed_s
        self.tps = min(grown, self._max_tps)
