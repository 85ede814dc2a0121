"""
Drift: whether the verdicts of a run differ from those of earlier runs by more than chance.

The groups that are compared are the deciding rule and its verdict, because each image is in exactly one.
The measure is the population stability index (PSI) against the earlier runs together. Its noise floor follows
from the numbers of images, and from how much the earlier runs differ among themselves. There is an alarm only
if the PSI is above the floor, and the share of blocked or reviewed images changed enough to matter.

The usual fixed level of 0.1 is not used: if the blocked share rises from 2 % to 8 %, the PSI is 0.08.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from statistics import NormalDist, median
from typing import Final

import msgspec

from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .intervals import difference_interval
from .report_tally import DecidingRule

__all__ = [
    "MIN_BASELINE_IMAGES",
    "MIN_BASELINE_RUNS",
    "MIN_IMAGES",
    "Drift",
    "DriftStatus",
    "ShareChange",
    "chi_square_quantile",
    "find_drift",
]

_Groups = Mapping[tuple[str, Decision], int]

#: With fewer data there is no alarm, and the report says what is missing.
MIN_IMAGES: Final = 100
MIN_BASELINE_RUNS: Final = 7
MIN_BASELINE_IMAGES: Final = 1_000

#: Calm runs exceed the noise floor with this probability. With nightly runs, that is once in three years.
_FALSE_ALARM_RATE: Final = 0.001
#: The least change of a share that matters: all three must hold.
_MIN_CHANGE_POINTS: Final = 1.0
_MIN_CHANGE_OF_BASELINE: Final = 0.25
_MIN_CHANGE_IMAGES: Final = 5
#: _Groups with fewer expected images are merged: the approximation needs at least 5.
_MIN_EXPECTED: Final = 5
_OTHER: Final = ("(other)", Decision.ALLOW)


class DriftStatus(StrEnum):
    """What the comparison found."""

    LEARNING = "learning"
    CALM = "calm"
    ALARM = "alarm"


class ShareChange(msgspec.Struct, frozen=True, kw_only=True):
    """
    The share of one verdict now and in the baseline, in percent of the analyzed images.

    :param change_low: The lower bound of the change in percentage points, with 95 % confidence.
    :param change_high: The upper bound.
    """

    verdict: Decision
    share_pct: float
    baseline_pct: float
    change_low: float
    change_high: float
    is_material: bool

    @property
    def change_points(self) -> float:
        """The change in percentage points."""
        return self.share_pct - self.baseline_pct


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """
    The comparison of a run with the earlier ones.

    :param psi: The population stability index; ``None`` while the baseline is too small.
    :param noise_floor: What calm runs exceed with a probability of 0.1 %.
    :param baseline_runs: Earlier runs with the same policy and model.
    :param baseline_images: Analyzed images of these runs.
    :param excluded_runs: Earlier runs with the same policy and model that are excluded because of alarms.
    :param missing: What is missing for a comparison; ``""`` if nothing is.
    :param changes: The shares of the verdicts ``review`` and ``block``.
    """

    status: DriftStatus
    psi: float | None
    noise_floor: float | None
    baseline_runs: int
    baseline_images: int
    missing: str
    changes: tuple[ShareChange, ...]
    excluded_runs: int = 0


def find_drift(
    current: Sequence[DecidingRule], baseline: Sequence[Sequence[DecidingRule]], *, excluded_runs: int = 0
) -> Drift:
    """
    Compare a run with earlier runs.

    :param current: The groups of the run.
    :param baseline: The groups of each earlier run of the baseline, in any order.
    :param excluded_runs: See :class:`Drift`.
    """
    now, runs = _groups(current), [_groups(run) for run in baseline]
    pooled = sum(runs, Counter[tuple[str, Decision]]())
    missing = _missing(now.total(), len(runs), pooled.total())
    psi = floor = None
    changes = tuple(_change(verdict, now, pooled) for verdict in (Decision.BLOCK, Decision.REVIEW))
    status = DriftStatus.LEARNING
    if not missing:
        kept = _large_groups(pooled, now.total())
        psi = _psi(now, pooled, kept)
        floor = _noise_floor(now, pooled, runs, kept)
        is_alarm = psi > floor and any(change.is_material for change in changes)
        status = DriftStatus.ALARM if is_alarm else DriftStatus.CALM
    return Drift(
        status=status,
        psi=psi,
        noise_floor=floor,
        baseline_runs=len(runs),
        baseline_images=pooled.total(),
        missing=missing,
        changes=changes,
        excluded_runs=excluded_runs,
    )


def chi_square_quantile(probability: float, degrees: int) -> float:
    """
    Return a quantile of the chi-square distribution, by the approximation of Wilson and Hilferty.

    :param probability: 0.5 to 0.9999. There, the error is below 2 % from 3 degrees on, and 5 % below.
    :param degrees: Degrees of freedom, at least 1.
    """
    spread = 2 / (9 * degrees)
    return degrees * (1 - spread + NormalDist().inv_cdf(probability) * math.sqrt(spread)) ** 3


def _groups(run: Sequence[DecidingRule]) -> Counter[tuple[str, Decision]]:
    return Counter({(group.rule, group.verdict): group.images for group in run})


def _missing(images: int, runs: int, baseline_images: int) -> str:
    needs = (
        (MIN_IMAGES - images, "analyzed images in this run"),
        (MIN_BASELINE_RUNS - runs, "earlier runs with this policy and model"),
        (MIN_BASELINE_IMAGES - baseline_images, "analyzed images in earlier runs"),
    )
    return ", ".join(f"{more:,} more {what}" for more, what in needs if more > 0)


def _change(verdict: Decision, now: _Groups, pooled: _Groups) -> ShareChange:
    images, total = _of(verdict, now), sum(now.values())
    earlier, earlier_total = _of(verdict, pooled), sum(pooled.values())
    share, before = images / max(1, total), earlier / max(1, earlier_total)
    interval = difference_interval(images, total, earlier, earlier_total)
    points = 100 * abs(share - before)
    return ShareChange(
        verdict=verdict,
        share_pct=100 * share,
        baseline_pct=100 * before,
        change_low=100 * interval.low,
        change_high=100 * interval.high,
        is_material=interval.excludes_zero
        and points >= max(_MIN_CHANGE_POINTS, 100 * _MIN_CHANGE_OF_BASELINE * before)
        and abs(images - before * total) >= _MIN_CHANGE_IMAGES,
    )


def _of(verdict: Decision, groups: _Groups) -> int:
    return sum(images for (_, decided), images in groups.items() if decided is verdict)


def _large_groups(pooled: _Groups, images: int) -> set[tuple[str, Decision]]:
    total = sum(pooled.values())
    return {group for group, count in pooled.items() if count * images / total >= _MIN_EXPECTED}


def _merged(groups: _Groups, kept: set[tuple[str, Decision]]) -> _Groups:
    merged: Counter[tuple[str, Decision]] = Counter(dict.fromkeys([*kept, _OTHER], 0))
    for group, images in groups.items():
        merged[group if group in kept else _OTHER] += images
    return merged


def _psi(now: _Groups, pooled: _Groups, kept: set[tuple[str, Decision]]) -> float:
    new, old = _merged(now, kept), _merged(pooled, kept)
    total, earlier = sum(new.values()), sum(old.values())
    psi = 0.0
    for group, count in new.items():
        # Half an image more on each side: a group without images has no logarithm.
        share, before = (count + 0.5) / (total + 0.5), (old[group] + 0.5) / (earlier + 0.5)
        psi += (share - before) * math.log(share / before)
    return psi


def _noise_floor(
    now: _Groups,
    pooled: _Groups,
    runs: Sequence[Counter[tuple[str, Decision]]],
    kept: set[tuple[str, Decision]],
) -> float:
    """Return the PSI that a calm run exceeds rarely; under chance, the PSI follows a scaled chi-square."""
    degrees = max(1, len(kept))
    scale = 1 / sum(now.values()) + 1 / sum(pooled.values())
    # Weekdays differ, too. The median ignores single runs that were alarms.
    typical = median(_psi(run, pooled, kept) * run.total() for run in runs)
    dispersion = max(1.0, typical / chi_square_quantile(0.5, degrees))
    return dispersion * scale * chi_square_quantile(1 - _FALSE_ALARM_RATE, degrees)
