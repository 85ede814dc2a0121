"""The tasks of one triggerer that wait for a free job slot of the same account and region."""

import asyncio
import logging
from bisect import insort
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.jobs.job import Job, parse_job
from airflow_provider_rekmedia.core.jobs.job_slots import Refused, SlotState, count_open, plan_starts

from .limited_client import LimitedClient

__all__ = ["JobSlotQueue"]

_LOG = logging.getLogger(__name__)

#: Seconds between two lists, at most. One list serves all waiting tasks.
_LIST_EVERY_S: Final = 5.0

#: 1,000 jobs. The largest documented quota is 20 open jobs.
_MAX_PAGES: Final = 10


@dataclass(order=True)
class _Waiter:
    since: datetime
    refused_at: datetime = field(compare=False)
    interval_s: float = field(compare=False)
    slot: asyncio.Future[None] = field(compare=False)


class JobSlotQueue:
    """
    Lets one waiting task start its job for each free slot, first come first served.

    It lists the jobs of the account every few seconds as long as a task waits. Each triggerer has its own
    queue. If two of them give the same slot away, one task is refused; it waits again, with its old place.

    :param client: Lists the jobs.
    :param clock: Aware UTC.
    :param sleep: Called between lists.
    """

    def __init__(
        self,
        client: LimitedClient,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._state = SlotState()
        self._waiters: list[_Waiter] = []
        self._again = 0
        self._rounds: asyncio.Task[None] | None = None

    async def acquire(self, *, waiting_since: datetime, refused_at: datetime, interval_s: float) -> None:
        """
        Wait for a free slot.

        :param waiting_since: When the task was refused for the first time; it decides the place.
        :param refused_at: When it was refused for the last time.
        :param interval_s: Seconds between two lists, at most; > 0.
        :raises RekmediaError: The jobs cannot be listed, and a retry cannot help.
        """
        slot: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(waiting_since, refused_at, interval_s, slot)
        insort(self._waiters, waiter)
        self._again += refused_at > waiting_since
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._run_rounds())
            self._rounds.add_done_callback(self._end_waits)
        try:
            await slot
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    async def _run_rounds(self) -> None:
        while self._waiters:
            await self._sleep(min(_LIST_EVERY_S, *(waiter.interval_s for waiter in self._waiters)))
            jobs = await self._list_jobs()
            if not isinstance(jobs, RekmediaError):
                self._start_waiters(jobs)
            elif not jobs.retryable:
                raise jobs
            await asyncio.sleep(0)  # tasks that got a slot leave the queue

    async def _list_jobs(self) -> list[Job] | RekmediaError:
        """List the newest jobs, page by page as long as every job of a page is open."""
        jobs: dict[str, Job] = {}  # a job that starts meanwhile moves another one to the next page
        token = None
        for _ in range(_MAX_PAGES):
            page = await self._client.fetch_page(token)
            if isinstance(page, RekmediaError):
                return page
            members, token = page
            jobs |= {job.job_id: job for job in map(_parse_or_none, members) if job}
            if token is None or count_open(jobs.values()) < len(jobs):
                break
        return list(jobs.values())

    def _start_waiters(self, jobs: list[Job]) -> None:
        waiters = [waiter for waiter in self._waiters if not waiter.slot.done()]
        if not waiters:
            return
        refused = Refused(len(waiters), max(waiter.refused_at for waiter in waiters), self._again)
        starts, self._state = plan_starts(self._state, jobs, refused, now=self._clock())
        self._again = 0
        for waiter in waiters[:starts]:
            waiter.slot.set_result(None)
        if starts:
            _LOG.info(
                "%d of %d job slots are in use; %d of %d waiting tasks start their job",
                count_open(jobs),
                self._state.limit,
                starts,
                len(waiters),
            )

    def _end_waits(self, ended: asyncio.Task[None]) -> None:
        """If the rounds ended early, end the waits: nothing else would."""
        if ended is not self._rounds:
            return
        error = None if ended.cancelled() else ended.exception()
        for waiter in self._waiters:
            if waiter.slot.done():
                continue
            if error is None:
                waiter.slot.cancel()
            else:
                waiter.slot.set_exception(error)


def _parse_or_none(member: Mapping[str, Any]) -> Job | None:
    """Parse one job; ``None`` if its status is unknown, because another job's wait must not fail for it."""
    try:
        return parse_job(member)
    except RekmediaError:
        return None
