"""Chooses the baseline of a run: the earlier runs that its verdicts are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .drift import MIN_BASELINE_RUNS, DriftStatus
from .report_file import Provenance, Report

__all__ = ["ComparedRuns", "baseline_of"]

#: So many alarms in a row are enough for a baseline of their own.
_ALARMS_OF_A_NEW_LEVEL: Final = MIN_BASELINE_RUNS


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """
    The earlier runs that a run is compared with.

    :param reports: Their reports, oldest first.
    :param excluded: Other runs with the same policy and model. They are excluded because of alarms.
    """

    reports: Sequence[Report]
    excluded: int


def baseline_of(earlier: Sequence[Report], run: Provenance) -> ComparedRuns:
    """
    Choose among the runs since the last change of policy or model.

    A run with an alarm is excluded, so that an unusual run does not hide the next one. If an alarm is
    followed by six more, the new level is normal: the baseline then starts with the last seven alarms.

    :param earlier: Reports before the run, oldest first.
    """
    comparable = _since_last_change(earlier, run)
    accepted = range(0)  # positions of the alarms that are the new level
    alarms = 0
    for position, report in enumerate(comparable):
        alarms = alarms + 1 if _is_alarm(report) else 0
        if alarms >= _ALARMS_OF_A_NEW_LEVEL:
            accepted = range(position + 1 - _ALARMS_OF_A_NEW_LEVEL, position + 1)
    reports = [
        report
        for position, report in enumerate(comparable)
        if position in accepted or (position >= accepted.start and not _is_alarm(report))
    ]
    return ComparedRuns(reports, excluded=len(comparable) - len(reports))


def _since_last_change(earlier: Sequence[Report], run: Provenance) -> list[Report]:
    found: list[Report] = []
    for report in reversed(earlier):
        if report.provenance.comparable != run.comparable:
            break
        found.append(report)
    return found[::-1]


def _is_alarm(report: Report) -> bool:
    return report.drift.status is DriftStatus.ALARM
