"""One poller for all waits of an event loop that go through the same connection and region."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.core.errors import AccessDenied, RekmediaError, ServiceError
from airflow_provider_rekmedia.core.jobs.job import Job, parse_job
from airflow_provider_rekmedia.core.jobs.polling import should_list_next_page
from airflow_provider_rekmedia.services.wait_for_jobs import fetch_or_error

from .rate_limiter import RateLimiter

__all__ = ["JobPoller"]

_LOG = logging.getLogger(__name__)

# Half of the service's quotas of 20 and 5 calls a second, which the account's other callers need, too.
# Source:
# https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_GET_GAP_S: Final = 1 / 10
_LIST_GAP_S: Final = 1 / 2.5

#: Looks that are asked for within this time share a round of calls.
_GATHERING_S: Final = 0.05

_WAKING_AT_ONCE: Final = 10


@dataclass(slots=True)
class _Awaited:
    """A job that somebody waits for; ``looked_at`` is when it was last seen, or first awaited."""

    waiters: int
    fresh_s: float
    looked_at: float
    seen: Job | RekmediaError | None = None
    asking: list[asyncio.Future[Job | RekmediaError]] = field(default_factory=list)


class JobPoller:
    """
    Looks at jobs for many waiters; the calls are made in a thread, one at a time.

    A round serves all who ask for a look. When many jobs are due it reads the list, newest first, and takes
    in every awaited job that it shows, so that one waiter's round spares the others theirs. A waiter that is
    cancelled, or whose job is refused, disturbs no other.

    :param jobs: The account and region to ask.
    :param clock: Monotonic seconds.
    :param sleep: Called between calls.
    """

    def __init__(
        self,
        jobs: MediaAnalysisJobs,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._sleep = sleep
        self._gets = RateLimiter(_GET_GAP_S, clock=clock)
        self._lists = RateLimiter(_LIST_GAP_S, clock=clock)
        self._may_list = True
        self._awaited: dict[str, _Awaited] = {}
        self._round: asyncio.Task[None] | None = None

    @contextmanager
    def attending(self, job_id: str, *, fresh_s: float) -> Iterator[None]:
        """
        Await a job within the block.

        :param fresh_s: How old a look, made in another's round, may be to serve as this waiter's; seconds.
        """
        awaited = self._awaited.setdefault(job_id, _Awaited(0, fresh_s, self._clock()))
        awaited.waiters += 1
        awaited.fresh_s = min(awaited.fresh_s, fresh_s)
        try:
            yield
        finally:
            awaited.waiters -= 1
            if not awaited.waiters:
                del self._awaited[job_id]

    async def look(self, job_id: str) -> Job | RekmediaError:
        """Look at an awaited job; a refusal is a value."""
        awaited = self._awaited[job_id]
        if awaited.seen is not None and not self._is_stale(awaited):
            return awaited.seen
        shown: asyncio.Future[Job | RekmediaError] = asyncio.get_running_loop().create_future()
        awaited.asking.append(shown)
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._serve())
            self._round.add_done_callback(self._end_the_asking)
        return await shown

    def _is_stale(self, awaited: _Awaited) -> bool:
        return self._clock() - awaited.looked_at >= awaited.fresh_s

    def _show(self, job_id: str, seen: Job | RekmediaError) -> None:
        awaited = self._awaited.get(job_id)
        if awaited is None:
            return
        awaited.seen, awaited.looked_at = seen, self._clock()
        asking, awaited.asking = awaited.asking, []
        for shown in asking:
            if not shown.done():
                shown.set_result(seen)

    def _end_the_asking(self, ended: asyncio.Task[None]) -> None:
        """Hand on what ended a round early, a bug for instance, to those who would wait for ever."""
        error = None if ended.cancelled() else ended.exception()
        for shown in [shown for awaited in self._awaited.values() for shown in awaited.asking]:
            if shown.done():
                continue
            if error is None:
                shown.cancel()
            else:
                shown.set_exception(error)

    async def _serve(self) -> None:
        await asyncio.sleep(_GATHERING_S)
        while asked := [job_id for job_id, awaited in self._awaited.items() if awaited.asking]:
            if self._may_list:
                await self._read_list()
            for job_id in asked:
                if job_id in self._awaited and self._awaited[job_id].asking:
                    await self._gets.take(sleep=self._sleep)
                    self._show(job_id, await asyncio.to_thread(fetch_or_error, job_id, self._jobs.fetch))

    async def _show_page(self, members: list[Mapping[str, Any]], due: set[str]) -> None:
        for number, member in enumerate(members):
            if member["JobId"] in due:
                due.discard(member["JobId"])
                self._show(member["JobId"], _parsed(member))
            if number % _WAKING_AT_ONCE == 0:
                await asyncio.sleep(0)  # a waiter that wakes takes the loop for half a millisecond

    async def _read_list(self) -> None:
        """Show what the list shows, page by page."""
        due = {job_id for job_id, each in self._awaited.items() if each.asking or self._is_stale(each)}
        many, pages, token = len(due), 0, None
        while should_list_next_page(due=many, found=many - len(due), pages=pages):
            await self._lists.take(sleep=self._sleep)
            try:
                members, token = await asyncio.to_thread(self._jobs.fetch_page, token)
            except AccessDenied as error:
                _LOG.warning("Asking for each job by its id from now on: %s", error)
                self._may_list = False
                return
            except ServiceError:
                return
            pages += 1
            await self._show_page(members, due)
            if token is None:
                return


def _parsed(member: Mapping[str, Any]) -> Job | RekmediaError:
    try:
        return parse_job(member)
    except RekmediaError as error:
        return error
