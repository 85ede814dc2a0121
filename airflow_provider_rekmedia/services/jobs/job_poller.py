"""One poller for all waits on an event loop that use the same connection and region."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.core.errors import AccessDenied, NoCredentials, RekmediaError, ServiceError
from airflow_provider_rekmedia.core.jobs.job import Job, parse_job
from airflow_provider_rekmedia.core.jobs.polling import should_list_next_page

from .fetch_jobs import fetch_or_error
from .rate_limiter import RateLimiter

__all__ = ["JobPoller"]

_LOG = logging.getLogger(__name__)

# Half of the service's quotas of 20 and 5 calls a second, which other callers of the account need too.
# Source: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_GET_INTERVAL_S: Final = 1 / 10
_LIST_INTERVAL_S: Final = 1 / 2.5

#: Requests that arrive within this time share a round of calls.
_COLLECT_S: Final = 0.05

_MAX_WAKEUPS: Final = 10

#: Seconds between two clients: one costs tens of milliseconds, and may call STS.
_RECONNECT_S: Final = 10.0


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

    If a poll has no credentials, the next one creates a new client. A boto3 client that found no credentials
    when it was created never finds any, and the connection may have been edited.

    :param connect: Creates the client of the account and region to poll; raises ``RekmediaError``.
    :param aws_conn_id: The connection, for the message of an error about credentials.
    :param clock: Monotonic seconds.
    :param sleep: Called between calls.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[MediaAnalysisJobs]],
        *,
        aws_conn_id: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._connect = connect
        self._aws_conn_id = aws_conn_id
        self._client: MediaAnalysisJobs | RekmediaError | None = None
        self._needs_client = True
        self._connected_at = float("-inf")
        self._clock = clock
        self._sleep = sleep
        self._gets = RateLimiter(_GET_INTERVAL_S, clock=clock)
        self._lists = RateLimiter(_LIST_INTERVAL_S, clock=clock)
        self._may_list = True
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
        if isinstance(result, NoCredentials):
            self._needs_client = True
            result = result.of_connection(self._aws_conn_id)
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
            client = await self._current_client()
            if isinstance(client, RekmediaError):
                for job_id in due:
                    self._deliver(job_id, client)
                continue
            if self._may_list:
                await self._read_list(client)
            for job_id in due:
                if job_id in self._watched and self._watched[job_id].requests:
                    await self._gets.acquire(sleep=self._sleep)
                    self._deliver(job_id, await asyncio.to_thread(fetch_or_error, job_id, client.fetch))

    async def _current_client(self) -> MediaAnalysisJobs | RekmediaError:
        """Return the client, or the error of the last time that it was created."""
        now = self._clock()
        if self._client is None or (self._needs_client and now >= self._connected_at + _RECONNECT_S):
            try:
                self._client = await self._connect()
                self._needs_client = False
            except RekmediaError as error:
                self._client = error
            self._connected_at = now
        return self._client

    async def _deliver_page(self, members: list[Mapping[str, Any]], due: set[str]) -> None:
        for number, member in enumerate(members):
            if member["JobId"] in due:
                due.discard(member["JobId"])
                self._deliver(member["JobId"], _parse_or_error(member))
            if number % _MAX_WAKEUPS == 0:
                await asyncio.sleep(0)  # a waiter that resumes blocks the loop for half a millisecond

    async def _read_list(self, client: MediaAnalysisJobs) -> None:
        """Deliver the jobs on the list, page by page."""
        due = {job_id for job_id, job in self._watched.items() if job.requests or self._is_stale(job)}
        due_count, pages, token = len(due), 0, None
        while should_list_next_page(due=due_count, found=due_count - len(due), pages=pages):
            await self._lists.acquire(sleep=self._sleep)
            try:
                members, token = await asyncio.to_thread(client.fetch_page, token)
            except AccessDenied as error:
                _LOG.warning("Cannot list jobs, fetching each by its id from now on: %s", error)
                self._may_list = False
                return
            except ServiceError:
                return
            pages += 1
            await self._deliver_page(members, due)
            if token is None:
                return


def _parse_or_error(member: Mapping[str, Any]) -> Job | RekmediaError:
    try:
        return parse_job(member)
    except RekmediaError as error:
        return error
