"""
How fast to call a service whose quota nobody tells us: additive increase, multiplicative decrease.

The pace is decided once an epoch, from what became of its calls. A quota that is shared is found by each of
its users alone: all are cut in proportion and grow by the same, so that they end near equal shares.

Refusals may also have a cause that no pace of ours can help. Cuts tell: were they of our making, what got
through before still gets through, and fewer are refused; else the same share is. As soon as the calls are
enough to tell one from the other, the cuts are taken back, and for a while so many refusals are borne.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

__all__ = ["Pacer"]

_FIRST_TPS: Final = 20.0
_LEAST_TPS: Final = 1.0
_CUT: Final = 0.7
_GROWTH_TPS: Final = 1.0  # calls a second, each second
_GROWTH_BORNE: Final = 2.0
_RAMP_EPOCH_S: Final = 0.25
_EPOCH_S: Final = 1.0
#: Fewer calls say too little; but a slow pace is not kept for ever.
_EPOCH_CALLS: Final = 16
_LONGEST_EPOCH_S: Final = 20.0

#: How late a call may be and still have its slot: a thread that wakes late costs no rate.
_CATCH_UP_S: Final = 0.1

#: For how long refusals of another cause are borne before a cut tries again whether they are of our making.
_BORNE_S: Final = 30.0
#: The shares of refusals that are borne: fewer are better left to the cuts; and tasks that share a quota can
#: take each other for another cause, which must end at a small multiple of the quota.
_LEAST_BORNE: Final = 0.07
_MOST_BORNE: Final = 0.65
#: After so many epochs in a row without a refusal, the cuts have helped.
_HELPED: Final = 2
#: After so many times the calls before the first cut, what came since is the better measure.
_MEASURE_ANEW: Final = 3
#: The part of what got through that a cut leaves at least: to fall far below it would give our part away.
_KEPT: Final = 0.9
#: Until the calls are enough to tell the causes apart, the pace is not cut further than to this part.
_UNDECIDED: Final = 0.4
#: Standard deviations that are no chance any more.
_DEVIATIONS: Final = 3.0


@dataclass(slots=True)
class _Cuts:
    """
    Cuts in a row, and what was refused since the first.

    :param uncut_tps: Calls a second before the first of all.
    :param tps: Calls a second before what came since, ``done_tps`` of which got through.
    :param calls: In the epoch before the first, ``share`` of which was refused.
    """

    uncut_tps: float
    tps: float
    done_tps: float
    share: float
    calls: int
    calls_since: int = 0
    refused_since: int = 0
    epochs_without_refusal: int = 0  # the last ones, in a row
    ours: float = 0.0  # calls that would have been refused since, were the refusals of our making

    def add(self, tps: float, calls: int, refused: int) -> None:
        """Count an epoch at this pace."""
        self.epochs_without_refusal = 0 if refused else self.epochs_without_refusal + 1
        self.calls_since += calls
        self.refused_since += refused
        self.ours += calls * max(0.0, 1 - self.done_tps / tps)

    @property
    def can_tell(self) -> bool:
        """Whether the two causes differ by more than chance does, and enough to matter."""
        n, share = self.calls_since, self.share
        chance = sqrt(share * (1 - share) * (n + n * n / self.calls))
        return _LEAST_BORNE < share < _MOST_BORNE and n * share - self.ours > _DEVIATIONS * chance

    @property
    def are_in_vain(self) -> bool:
        """Whether more was refused than halfway between what the two causes let expect."""
        return self.refused_since > (self.calls_since * self.share + self.ours) / 2


class Pacer:
    """
    The pace of one task. It has no clock and no lock: the caller gives the time, and calls from one thread.

    :param max_tps: Calls a second that are never exceeded, > 0; ``None`` finds the quota alone.
    """

    def __init__(self, max_tps: float | None = None) -> None:
        self._max_tps = max_tps if max_tps is not None else float("inf")
        #: Calls a second, at present.
        self.tps = min(_FIRST_TPS, self._max_tps)
        self._ramps = True
        self._next_slot: float | None = None
        self._began: float | None = None
        self._sent = self._done = self._refused = 0
        self._cuts: _Cuts | None = None
        self._borne = 0.0  # share of calls that are refused whatever our pace is
        self._borne_for_s = 0.0

    def reserve(self, now: float) -> float:
        """
        Take the next slot for a call.

        :param now: Seconds, of any clock that only goes forward.
        :return: Seconds to wait before the call; 0 or more.
        """
        if self._began is None or self._next_slot is None:
            self._began = self._next_slot = now
        slot = max(self._next_slot, now - _CATCH_UP_S)
        self._next_slot = slot + 1 / self.tps
        self._sent += 1
        return max(0.0, slot - now)

    def settle(self, now: float, *, refused: bool) -> None:
        """
        Hear what became of a call.

        :param refused: Whether it was throttled.
        """
        if refused:
            self._refused += 1
        else:
            self._done += 1
        began = now if self._began is None else self._began
        if self._is_over(now - began):
            self._end_epoch(now - began)
            self._began = now
            self._sent = self._done = self._refused = 0

    def _is_over(self, elapsed_s: float) -> bool:
        if self._ramps:
            return elapsed_s >= _RAMP_EPOCH_S
        enough = self._done + self._refused >= _EPOCH_CALLS
        return elapsed_s >= (_EPOCH_S if enough else _LONGEST_EPOCH_S)

    def _end_epoch(self, elapsed_s: float) -> None:
        calls, done_tps = self._done + self._refused, self._done / elapsed_s
        borne = self._borne * calls if self._borne_for_s > 0 else 0.0
        self._borne_for_s -= elapsed_s
        if self._are_cuts_in_vain(calls):
            return
        if self._refused > borne + _DEVIATIONS * sqrt(borne * (1 - self._borne)):
            self._slow_down(calls, done_tps)
        elif self._sent >= self.tps * elapsed_s / 2:  # else something slower than the pace holds us back
            growth = _GROWTH_TPS * (1 if self._borne_for_s <= 0 else _GROWTH_BORNE)
            grown = self.tps * 2 if self._ramps else self.tps + growth * elapsed_s
            self.tps = min(grown, self._max_tps)

    def _are_cuts_in_vain(self, calls: int) -> bool:
        cuts = self._cuts
        if cuts is None:
            return False
        cuts.add(self.tps, calls, self._refused)
        if cuts.epochs_without_refusal == _HELPED:
            self._cuts = None
            return False
        if cuts.can_tell:
            self._cuts = None
            if cuts.are_in_vain:
                self._borne, self._borne_for_s = cuts.share, _BORNE_S
                self.tps = cuts.uncut_tps
                return True
        elif cuts.calls_since > _MEASURE_ANEW * cuts.calls:
            share = cuts.refused_since / cuts.calls_since
            self._cuts = _Cuts(cuts.uncut_tps, self.tps, self.tps * (1 - share), share, cuts.calls_since)
        return False

    def _slow_down(self, calls: int, done_tps: float) -> None:
        # What gets through in the ramp may be what was saved up, and is no measure.
        if not self._ramps and (self._cuts is None or self.tps > self._cuts.uncut_tps):
            self._cuts = _Cuts(self.tps, self.tps, done_tps, self._refused / calls, calls)
        self._ramps = False
        undecided = self._cuts.tps * _UNDECIDED if self._cuts else 0.0
        least = max(undecided, min(done_tps * _KEPT, self.tps), min(_LEAST_TPS, self._max_tps))
        self.tps = max(self.tps * _CUT, min(least, self.tps))
