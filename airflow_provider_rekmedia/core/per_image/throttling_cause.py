"""
Finds out if our pace causes throttling, where the service does not say so.

Cuts of the pace show it. If our pace is the cause, the service still accepts as many calls after a cut, and
throttles fewer. Otherwise it throttles the same share of calls. After enough calls to distinguish the two
cases, cuts without effect are reverted, and this much throttling is tolerated for a while.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

__all__ = ["ThrottlingCause", "is_beyond_chance"]

#: How long throttling of another cause is tolerated, before a cut tests again if our pace is the cause.
_TOLERATED_S: Final = 30.0
#: The shares of throttled calls that are tolerated. A lower share is left to the cuts. The upper bound limits
#: an error: tasks that share a quota can mistake each other for another cause. With the bound, they send at
#: most a small multiple of the quota.
_MIN_TOLERATED: Final = 0.07
_MAX_TOLERATED: Final = 0.65
#: After so many consecutive epochs without throttling, the cuts have helped.
_HELPED: Final = 2
#: After so many times the calls before the first cut, the epochs since then are the better measure.
_MEASURE_AGAIN: Final = 3
#: Until the cause is known, the pace is not cut below this part of the pace before the cuts.
_UNDECIDED: Final = 0.4
#: Differences of more standard deviations than this are not chance.
_DEVIATIONS: Final = 3.0


def is_beyond_chance(throttled: int, calls: int, share: float, *, deviations: float) -> bool:
    """
    Whether more calls were throttled than chance explains.

    :param share: The expected share of throttled calls.
    :param deviations: A difference of more standard deviations than this is not chance.
    """
    return throttled > calls * share + deviations * sqrt(calls * share * (1 - share))


@dataclass(slots=True)
class _Cuts:
    """
    Consecutive cuts, and the throttling since the first of them.

    :param uncut_tps: The pace before the first cut, in calls per second.
    :param tps: The pace of the reference epoch.
    :param accepted_tps: Accepted calls per second in the reference epoch.
    :param share: The share of throttled calls in the reference epoch.
    :param calls: The calls in the reference epoch.
    """

    uncut_tps: float
    tps: float
    accepted_tps: float
    share: float
    calls: int
    calls_since: int = 0
    throttled_since: int = 0
    quiet_epochs: int = 0  # consecutive epochs without throttling, up to now
    expected_throttled: float = 0.0  # throttled calls since the first cut, if our pace is the cause

    def add(self, tps: float, calls: int, throttled: int) -> None:
        """Count an epoch at this pace."""
        self.quiet_epochs = 0 if throttled else self.quiet_epochs + 1
        self.calls_since += calls
        self.throttled_since += throttled
        self.expected_throttled += calls * max(0.0, 1 - self.accepted_tps / tps)

    @property
    def is_decidable(self) -> bool:
        """Whether the two causes predict counts that differ by more than chance."""
        n, share = self.calls_since, self.share
        chance = sqrt(share * (1 - share) * (n + n * n / self.calls))
        return (
            _MIN_TOLERATED < share < _MAX_TOLERATED
            and n * share - self.expected_throttled > _DEVIATIONS * chance
        )

    @property
    def had_no_effect(self) -> bool:
        """Whether the throttled calls are nearer to the prediction of another cause."""
        return self.throttled_since > (self.calls_since * self.share + self.expected_throttled) / 2


class ThrottlingCause:
    """What one task has found out so far about the cause of throttling."""

    def __init__(self) -> None:
        self._cuts: _Cuts | None = None
        self._tolerated = 0.0  # share of calls that are throttled at any pace
        self._tolerated_for_s = 0.0

    @property
    def is_tolerant(self) -> bool:
        """Whether throttling is currently known to have another cause than our pace."""
        return self._tolerated_for_s > 0

    @property
    def min_tps(self) -> float:
        """The lowest pace while the cause is unknown."""
        return self._cuts.tps * _UNDECIDED if self._cuts else 0.0

    def record_cut(self, tps: float, accepted_tps: float, calls: int, throttled: int) -> None:
        """
        Record that the pace is cut after an epoch.

        :param tps: The pace before the cut, in calls per second.
        :param accepted_tps: Accepted calls per second in the epoch.
        :param calls: Calls in the epoch.
        :param throttled: Throttled calls in the epoch.
        """
        if self._cuts is None or tps > self._cuts.uncut_tps:
            self._cuts = _Cuts(tps, tps, accepted_tps, throttled / calls, calls)

    def is_more_than_tolerated(self, calls: int, throttled: int) -> bool:
        """Whether more calls were throttled in an epoch than the known cause and chance explain."""
        tolerated = self._tolerated if self.is_tolerant else 0.0
        return is_beyond_chance(throttled, calls, tolerated, deviations=_DEVIATIONS)

    def record_epoch(self, tps: float, calls: int, throttled: int, elapsed_s: float) -> float | None:
        """
        Record an epoch.

        :param tps: The pace of the epoch, in calls per second.
        :param elapsed_s: The length of the epoch.
        :return: The pace before all cuts, if the epoch shows that they had no effect; else ``None``.
        """
        self._tolerated_for_s -= elapsed_s
        cuts = self._cuts
        if cuts is None:
            return None
        cuts.add(tps, calls, throttled)
        if cuts.quiet_epochs == _HELPED:
            self._cuts = None
        elif cuts.is_decidable:
            self._cuts = None
            if cuts.had_no_effect:
                self._tolerated, self._tolerated_for_s = cuts.share, _TOLERATED_S
                return cuts.uncut_tps
        elif cuts.calls_since > _MEASURE_AGAIN * cuts.calls:
            share = cuts.throttled_since / cuts.calls_since
            self._cuts = _Cuts(cuts.uncut_tps, tps, tps * (1 - share), share, cuts.calls_since)
        return None
