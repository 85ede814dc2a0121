"""
How fast to call a service whose quota nobody tells us: additive increase, multiplicative decrease.

The pace is decided once an epoch, from what became of its calls. A quota that is shared is found by each of
its users alone: all are cut in proportion and grow by the same, so that they end near equal shares.

AWS documents an error of its own for calls above the quota. Where it was heard, all other throttling is what
AWS says of it, a service that is short of room for now: no pace of ours helps, unless most calls are
throttled. Where it never was, throttling may be either, and its cause is found by cuts.

The errors: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from .throttling_cause import ThrottlingCause, is_beyond_chance

__all__ = ["CallOutcome", "Pacer"]

_FIRST_TPS: Final = 20.0
_LEAST_TPS: Final = 0.25
_CUT: Final = 0.7
#: The part of what got through that a cut leaves at least: to fall far below it would give our part away.
_KEPT: Final = 0.9
#: Calls a second that are added each second; where it is more, such a part of the pace.
_GROWTH_TPS: Final = 1.0
_GROWTH: Final = 0.02
#: By how much the pace is multiplied each second while throttling is known to have another cause.
_GROWTH_BORNE: Final = 1.2
#: Above this share of all calls, by more than chance, throttling slows us down whatever its cause.
_MOST_THROTTLED: Final = 0.65
_DEVIATIONS: Final = 2.0

_RAMP_EPOCH_S: Final = 0.25
_EPOCH_S: Final = 1.0
#: Fewer calls say too little; but a slow pace is not kept for ever. To hear of the quota takes fewer than to
#: tell causes apart.
_EPOCH_CALLS: Final = 16
_LONGEST_EPOCH_S: Final = 20.0
_QUOTA_EPOCH_CALLS: Final = 4
_LONGEST_QUOTA_EPOCH_S: Final = 5.0

#: How late a call may be and still have its slot: a thread that wakes late costs no rate.
_CATCH_UP_S: Final = 0.1


class CallOutcome(Enum):
    """What became of a call."""

    #: It got through, to whatever answer.
    ACCEPTED = auto()
    #: It was above the quota, and the service says so.
    OVER_QUOTA = auto()
    #: It was throttled, for a cause that the service leaves open.
    THROTTLED = auto()


@dataclass(slots=True)
class _Epoch:
    began: float
    sent: int = 0
    taken: int = 0
    over_quota: int = 0
    throttled: int = 0

    @property
    def calls(self) -> int:
        """Calls that came back."""
        return self.taken + self.over_quota + self.throttled

    def add(self, reply: CallOutcome) -> None:
        self.taken += reply is CallOutcome.ACCEPTED
        self.over_quota += reply is CallOutcome.OVER_QUOTA
        self.throttled += reply is CallOutcome.THROTTLED


class Pacer:
    """
    The pace of one task. It has no clock and no lock: the caller gives the time, and calls from one thread.

    :param max_tps: Calls a second that are never exceeded, > 0; ``None`` finds the quota alone.
    """

    def __init__(self, max_tps: float | None = None) -> None:
        self._max_tps = max_tps if max_tps is not None else float("inf")
        self._least_tps = min(_LEAST_TPS, self._max_tps)
        #: Calls a second, at present.
        self.tps = min(_FIRST_TPS, self._max_tps)
        self._ramps = True
        self._names_quota = False
        self._cause = ThrottlingCause()
        self._next_slot: float | None = None
        self._epoch: _Epoch | None = None

    def reserve(self, now: float) -> float:
        """
        Take the next slot for a call.

        :param now: Seconds, of any clock that only goes forward.
        :return: Seconds to wait before the call; 0 or more.
        """
        slot = now if self._next_slot is None else max(self._next_slot, now - _CATCH_UP_S)
        self._next_slot = slot + 1 / self.tps
        self._epoch_at(now).sent += 1
        return max(0.0, slot - now)

    def settle(self, now: float, reply: CallOutcome) -> None:
        """Hear what became of a call."""
        epoch = self._epoch_at(now)
        epoch.add(reply)
        self._names_quota |= reply is CallOutcome.OVER_QUOTA
        elapsed_s = now - epoch.began
        if self._is_over(epoch, elapsed_s):
            follow = self._follow_quota if self._names_quota else self._follow_throttling
            follow(epoch, elapsed_s)
            self._epoch = _Epoch(now)

    def _epoch_at(self, now: float) -> _Epoch:
        if self._epoch is None:
            self._epoch = _Epoch(now)
        return self._epoch

    def _is_over(self, epoch: _Epoch, elapsed_s: float) -> bool:
        if self._ramps:
            return elapsed_s >= _RAMP_EPOCH_S
        enough = epoch.calls >= (_QUOTA_EPOCH_CALLS if self._names_quota else _EPOCH_CALLS)
        longest_s = _LONGEST_QUOTA_EPOCH_S if self._names_quota else _LONGEST_EPOCH_S
        return elapsed_s >= (_EPOCH_S if enough else longest_s)

    def _follow_quota(self, epoch: _Epoch, elapsed_s: float) -> None:
        if epoch.over_quota:
            taken = epoch.taken / (epoch.taken + epoch.over_quota)
            self._slow_down(self.tps * taken * _KEPT)
        elif is_beyond_chance(epoch.throttled, epoch.calls, _MOST_THROTTLED, deviations=_DEVIATIONS):
            self._slow_down(0.0)
        else:
            self._speed_up(epoch, elapsed_s)

    def _follow_throttling(self, epoch: _Epoch, elapsed_s: float) -> None:
        cause, done_tps = self._cause, epoch.taken / elapsed_s
        uncut_tps = cause.uncut_tps(self.tps, epoch.calls, epoch.throttled, elapsed_s)
        if uncut_tps is not None:
            self.tps = uncut_tps
        elif cause.is_more_than_borne(epoch.calls, epoch.throttled):
            cause.note_cut(self.tps, done_tps, epoch.calls, epoch.throttled)
            self._slow_down(max(cause.least_tps, done_tps * _KEPT))
        else:
            self._speed_up(epoch, elapsed_s)

    def _slow_down(self, kept_tps: float) -> None:
        """Cut the pace, not below this one nor below the least."""
        self._ramps = False
        self.tps = max(self.tps * _CUT, min(self.tps, max(kept_tps, self._least_tps)))

    def _speed_up(self, epoch: _Epoch, elapsed_s: float) -> None:
        if epoch.sent < self.tps * elapsed_s / 2:
            return  # something slower than the pace holds us back
        if self._ramps:
            grown = self.tps * 2
        elif self._cause.is_borne and not self._names_quota:
            grown = self.tps * _GROWTH_BORNE**elapsed_s
        else:
            grown = self.tps + max(_GROWTH_TPS, _GROWTH * self.tps) * elapsed_s
        self.tps = min(grown, self._max_tps)
