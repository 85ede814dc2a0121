"""One poller for all waits on an event loop that use the same connection and region."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.jobs.job import Job, parse_job
from airflow_provider_rekmedia.core.jobs.polling import should_list_next_page

from .job_slot_queue import JobSlotQueue
from .limited_client import LimitedClient

__all__ = ["JobPoller"]

#: Requests that arrive within this time share a round of calls.
_COLLECT_S: Final = 0.05

_MAX_WAKEUPS: Final = 10


@dataclass(slots=True)
class _WatchedJob:
    """
    A job with at least one waiter.

    :param polled_at: When the job was last polled; before the first poll, when the wait began.
    """

    waiters: int
    max_age_s: float
    polled_at: float
    result: Job | RekmediaError | None = None
    requests: list[asyncio.Future[Job | RekmediaError]] = field(default_factory=list)


class JobPoller:
    """
    Polls jobs for many waiters. The calls run in a thread, one at a time.

    One round serves all waiters that request a poll. If many jobs are due, the round reads the list of jobs,
    newest first, and uses each watched job on it. So the round of one waiter saves calls for the others. A
    waiter that is cancelled, or whose job AWS refuses, does not affect the others.

    See :class:`LimitedClient` for the parameters, and for a poll without credentials.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[MediaAnalysisJobs]],
        *,
        aws_conn_id: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = LimitedClient(connect, aws_conn_id=aws_conn_id, clock=clock, sleep=sleep)
        #: The tasks that wait for a job slot of the same account and region.
        self.slots = JobSlotQueue(self._client, sleep=sleep)
        self._clock = clock
        self._watched: dict[str, _WatchedJob] = {}
        self._round: asyncio.Task[None] | None = None

    @contextmanager
    def watching(self, job_id: str, *, max_age_s: float) -> Iterator[None]:
        """
        Watch a job within the block.

        :param max_age_s: Seconds. A poll of another waiter's round is used if it is younger.
        """
        watched = self._watched.setdefault(job_id, _WatchedJob(0, max_age_s, self._clock()))
        watched.waiters += 1
        watched.max_age_s = min(watched.max_age_s, max_age_s)
        try:
            yield
        finally:
            watched.waiters -= 1
            if not watched.waiters:
                del self._watched[job_id]

    async def poll(self, job_id: str) -> Job | RekmediaError:
        """Poll a watched job; an error is returned, not raised."""
        watched = self._watched[job_id]
        if watched.result is not None and not self._is_stale(watched):
            return watched.result
        request: asyncio.Future[Job | RekmediaError] = asyncio.get_running_loop().create_future()
        watched.requests.append(request)
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._run_round())
            self._round.add_done_callback(self._end_requests)
        return await request

    def _is_stale(self, watched: _WatchedJob) -> bool:
        return self._clock() - watched.polled_at >= watched.max_age_s

    def _deliver(self, job_id: str, result: Job | RekmediaError) -> None:
        watched = self._watched.get(job_id)
        if watched is None:
            return
        watched.result, watched.polled_at = result, self._clock()
        requests, watched.requests = watched.requests, []
        for request in requests:
            if not request.done():
                request.set_result(result)

    def _end_requests(self, ended: asyncio.Task[None]) -> None:
        """If a round ended early, by a bug for example, end its requests: nothing else would."""
        if ended is not self._round:
            return  # this callback runs late: a newer round serves the requests
        error = None if ended.cancelled() else ended.exception()
        for request in [request for watched in self._watched.values() for request in watched.requests]:
            if request.done():
                continue
            if error is None:
                request.cancel()
            else:
                request.set_exception(error)

    async def _run_round(self) -> None:
        await asyncio.sleep(_COLLECT_S)
        while due := [job_id for job_id, watched in self._watched.items() if watched.requests]:
            if self._client.may_list:
                await self._read_list()
            for job_id in due:
                if job_id in self._watched and self._watched[job_id].requests:
                    self._deliver(job_id, await self._client.fetch(job_id))

    async def _deliver_page(self, members: list[Mapping[str, Any]], due: set[str]) -> None:
        for number, member in enumerate(members):
            if member["JobId"] in due:
                due.discard(member["JobId"])
                self._deliver(member["JobId"], _parse_or_error(member))
            if number % _MAX_WAKEUPS == 0:
                await asyncio.sleep(0)  # a waiter that resumes blocks the loop for half a millisecond

    async def _read_list(self) -> None:
        """Deliver the jobs on the list, page by page, until AWS refuses a page."""
        due = {job_id for job_id, job in self._watched.items() if job.requests or self._is_stale(job)}
        due_count, pages, token = len(due), 0, None
        while should_list_next_page(due=due_count, found=due_count - len(due), pages=pages):
            page = await self._client.fetch_page(token)
            if isinstance(page, RekmediaError):
                return
            members, token = page
            pages += 1
            await self._deliver_page(members, due)
            if token is None:
                return


def _parse_or_error(member: Mapping[str, Any]) -> Job | RekmediaError:
    try:
        return parse_job(member)
    except RekmediaError as error:
        return error
