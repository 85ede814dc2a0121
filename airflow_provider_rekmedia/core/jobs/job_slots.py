"""
Decides how many tasks may start their job now, of those that wait for a free job slot.

AWS names neither the quota of concurrent jobs nor the free slots. Both follow from the list of jobs: a start
is refused only while as many jobs are open as the quota allows. So the most jobs that were open at one moment
around a refusal are the quota. The times of the list are all from AWS, so only the window around the refusal
depends on the clock of this machine. Queued jobs may count towards the quota or not
(unknown: queued-jobs-quota).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from .job import Job

__all__ = ["Refused", "SlotState", "count_open", "most_open", "plan_starts"]

#: How far the clock of this machine may differ from the clock of AWS.
_CLOCK_SKEW: Final = timedelta(minutes=5)

#: How long a task may need from its event to its call. After this time, its slot is given to another task.
_START_TIME: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Refused:
    """
    The refusals of the tasks that wait.

    :param waiting: Tasks that wait now.
    :param newest_at: When the newest refusal was, aware UTC.
    :param again: Tasks that were refused again since the last plan, after an earlier plan let them start.
    """

    waiting: int
    newest_at: datetime
    again: int = 0


@dataclass(frozen=True, slots=True)
class SlotState:
    """
    What one plan passes to the next.

    :param limit: The most jobs that were open at one moment, since about *refused_at*.
    :param refused_at: The newest refusal when *limit* was counted.
    :param started_at: One time for each task that may start and whose job is not in the list yet, oldest
        first.
    :param listed: The ids of the last list.
    """

    limit: int = 0
    refused_at: datetime | None = None
    started_at: tuple[datetime, ...] = ()
    listed: frozenset[str] = frozenset()


def plan_starts(
    state: SlotState, jobs: Sequence[Job], refused: Refused, *, now: datetime
) -> tuple[int, SlotState]:
    """
    Decide how many waiting tasks may start their job now.

    A task that may start holds its slot until a new job is in the list, until it is refused again, or for one
    minute. If the job of another program takes the slot meanwhile, the task is refused and waits again.

    A new refusal makes the quota unknown: it may be lower now.

    :param jobs: The newest jobs of the account, as far as there are open ones.
    :param now: Aware UTC.
    :return: 0 to *refused.waiting*, and the state for the next plan.
    """
    listed = frozenset(job.job_id for job in jobs)
    settled = len(listed - state.listed) + refused.again
    held = tuple(at for at in state.started_at[settled:] if now - at < _START_TIME)
    known = state.limit if state.refused_at == refused.newest_at else 0
    limit = max(known, most_open(jobs, since=refused.newest_at - _CLOCK_SKEW))
    # If the list shows no open job, nothing is known about the quota: one task tries.
    free = max(1, limit) - count_open(jobs) - len(held)
    starts = max(0, min(free, refused.waiting))
    return starts, SlotState(limit, refused.newest_at, held + (now,) * starts, listed)


def count_open(jobs: Iterable[Job]) -> int:
    """Count the jobs that are not final."""
    return sum(not job.status.is_final for job in jobs)


def most_open(jobs: Iterable[Job], *, since: datetime) -> int:
    """
    Return the most jobs that were open at one moment.

    :param since: Aware UTC. Jobs that ended before it do not count.
    """
    changes: list[tuple[datetime, int]] = []
    for job in jobs:
        if job.created_at is None or (job.status.is_final and job.completed_at is None):
            continue
        if job.completed_at is None:
            changes.append((job.created_at, 1))
        elif job.completed_at > since:
            changes += [(job.created_at, 1), (job.completed_at, -1)]
    most = count = 0
    for _, change in sorted(changes):  # an end sorts before a start at the same time
        count += change
        most = max(most, count)
    return most
