"""
Whether throttling is of our making, where the service does not say so.

Cuts of the pace tell: were our pace the cause, what got through before would still get through, and less be
throttled; else the same share is. As soon as the calls are enough to tell one from the other, cuts in vain
are taken back, and for a while so much throttling is borne.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

__all__ = ["ThrottlingCause", "is_beyond_chance"]

#: For how long throttling of another cause is borne before a cut tries again whether it is of our making.
_BORNE_S: Final = 30.0
#: The shares of throttled calls that are borne: fewer are better left to the cuts; and tasks that share a
#: quota can take each other for another cause, which must end at a small multiple of the quota.
_LEAST_BORNE: Final = 0.07
_MOST_BORNE: Final = 0.65
#: After so many epochs in a row without throttling, the cuts have helped.
_HELPED: Final = 2
#: After so many times the calls before the first cut, what came since is the better measure.
_MEASURE_ANEW: Final = 3
#: Until the calls are enough to tell the causes apart, the pace is not cut further than to this part.
_UNDECIDED: Final = 0.4
#: Standard deviations that are no chance any more.
_DEVIATIONS: Final = 3.0


def is_beyond_chance(throttled: int, calls: int, share: float, *, deviations: float) -> bool:
    """
    Whether more calls were throttled than chance lets expect where this share is.

    :param deviations: Standard deviations that are no chance any more.
    """
    return throttled > calls * share + deviations * sqrt(calls * share * (1 - share))


@dataclass(slots=True)
class _Cuts:
    """
    Cuts in a row, and what was throttled since the first.

    :param uncut_tps: Calls a second before the first of all.
    :param tps: Calls a second before what came since, ``done_tps`` of which got through.
    :param calls: In the epoch before the first, ``share`` of which was throttled.
    """

    uncut_tps: float
    tps: float
    done_tps: float
    share: float
    calls: int
    calls_since: int = 0
    throttled_since: int = 0
    quiet_epochs: int = 0  # the last ones, in a row
    ours: float = 0.0  # calls that would have been throttled since, were our pace the cause

    def add(self, tps: float, calls: int, throttled: int) -> None:
        """Count an epoch at this pace."""
        self.quiet_epochs = 0 if throttled else self.quiet_epochs + 1
        self.calls_since += calls
        self.throttled_since += throttled
        self.ours += calls * max(0.0, 1 - self.done_tps / tps)

    @property
    def can_tell(self) -> bool:
        """Whether the two causes differ by more than chance does, and enough to matter."""
        n, share = self.calls_since, self.share
        chance = sqrt(share * (1 - share) * (n + n * n / self.calls))
        return _LEAST_BORNE < share < _MOST_BORNE and n * share - self.ours > _DEVIATIONS * chance

    @property
    def are_in_vain(self) -> bool:
        """Whether more was throttled than halfway between what the two causes let expect."""
        return self.throttled_since > (self.calls_since * self.share + self.ours) / 2


class ThrottlingCause:
    """What one task has found out so far."""

    def __init__(self) -> None:
        self._cuts: _Cuts | None = None
        self._borne = 0.0  # share of calls that are throttled whatever our pace is
        self._borne_for_s = 0.0

    @property
    def is_borne(self) -> bool:
        """Whether, for now, throttling is known to have another cause than our pace."""
        return self._borne_for_s > 0

    @property
    def least_tps(self) -> float:
        """How far the pace may be cut while the cause is unknown."""
        return self._cuts.tps * _UNDECIDED if self._cuts else 0.0

    def note_cut(self, tps: float, done_tps: float, calls: int, throttled: int) -> None:
        """
        Hear that the pace is being cut.

        :param tps: Calls a second before the cut, ``done_tps`` of which got through.
        :param calls: In the epoch before it, so many of which were throttled.
        """
        if self._cuts is None or tps > self._cuts.uncut_tps:
            self._cuts = _Cuts(tps, tps, done_tps, throttled / calls, calls)

    def is_more_than_borne(self, calls: int, throttled: int) -> bool:
        """Whether more was throttled in an epoch than by the cause that is known, chance allowed for."""
        borne = self._borne if self.is_borne else 0.0
        return is_beyond_chance(throttled, calls, borne, deviations=_DEVIATIONS)

    def uncut_tps(self, tps: float, calls: int, throttled: int, elapsed_s: float) -> float | None:
        """
        Hear of an epoch at this pace; give the pace before all cuts when it shows that they were in vain.

        :param elapsed_s: How long the epoch was.
        """
        self._borne_for_s -= elapsed_s
        cuts = self._cuts
        if cuts is None:
            return None
        cuts.add(tps, calls, throttled)
        if cuts.quiet_epochs == _HELPED:
            self._cuts = None
        elif cuts.can_tell:
            self._cuts = None
            if cuts.are_in_vain:
                self._borne, self._borne_for_s = cuts.share, _BORNE_S
                return cuts.uncut_tps
        elif cuts.calls_since > _MEASURE_ANEW * cuts.calls:
            share = cuts.throttled_since / cuts.calls_since
            self._cuts = _Cuts(cuts.uncut_tps, tps, tps * (1 - share), share, cuts.calls_since)
        return None
