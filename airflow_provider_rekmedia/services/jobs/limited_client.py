"""The client of all waits on an event loop that use the same connection and region."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.core.errors import AccessDenied, NoCredentials, RekmediaError
from airflow_provider_rekmedia.core.jobs.job import Job

from .rate_limiter import RateLimiter

__all__ = ["JobPage", "LimitedClient"]

_LOG = logging.getLogger(__name__)

# Half of the service's quotas of 20 and 5 calls a second, which other callers of the account need too.
# Source: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_GET_INTERVAL_S: Final = 1 / 10
_LIST_INTERVAL_S: Final = 1 / 2.5

#: Seconds between two clients: one costs tens of milliseconds, and may call STS.
_RECONNECT_S: Final = 10.0

#: Jobs as boto3 returns them, newest first, and the token of the next page.
JobPage = tuple[list[Mapping[str, Any]], str | None]

_Answer = TypeVar("_Answer")


class LimitedClient:
    """
    Calls AWS in a thread, below the service's rates. It returns errors instead of raising them.

    If a call has no credentials, the next one creates a new client. A boto3 client that found no credentials
    when it was created never finds any, and the connection may have been edited.

    :param connect: Creates the client of the account and region; raises ``RekmediaError``.
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
        self._jobs: MediaAnalysisJobs | RekmediaError | None = None
        self._needs_client = True
        self._connected_at = float("-inf")
        self._clock = clock
        self._sleep = sleep
        self._gets = RateLimiter(_GET_INTERVAL_S, clock=clock)
        self._lists = RateLimiter(_LIST_INTERVAL_S, clock=clock)
        #: Whether AWS has not denied the list so far.
        self.may_list = True

    async def fetch(self, job_id: str) -> Job | RekmediaError:
        """Fetch one job."""
        return await self._call(self._gets, lambda jobs: jobs.fetch(job_id))

    async def fetch_page(self, token: str | None) -> JobPage | RekmediaError:
        """
        Read one page of the list of jobs, newest first. If AWS denies it, log that once.

        :param token: The token of the page before; ``None`` is the first page.
        """
        page = await self._call(self._lists, lambda jobs: jobs.fetch_page(token))
        if isinstance(page, AccessDenied) and self.may_list:
            _LOG.warning("Cannot list jobs, fetching each by its id from now on: %s", page)
            self.may_list = False
        return page

    async def _call(
        self, limiter: RateLimiter, call: Callable[[MediaAnalysisJobs], _Answer]
    ) -> _Answer | RekmediaError:
        jobs = await self._current()
        if isinstance(jobs, RekmediaError):
            return self._explained(jobs)
        await limiter.acquire(sleep=self._sleep)
        try:
            return await asyncio.to_thread(call, jobs)
        except RekmediaError as error:
            return self._explained(error)

    def _explained(self, error: RekmediaError) -> RekmediaError:
        if not isinstance(error, NoCredentials):
            return error
        self._needs_client = True
        return error.of_connection(self._aws_conn_id)

    async def _current(self) -> MediaAnalysisJobs | RekmediaError:
        """Return the client, or the error of the last time that it was created."""
        now = self._clock()
        if self._jobs is None or (self._needs_client and now >= self._connected_at + _RECONNECT_S):
            try:
                self._jobs = await self._connect()
                self._needs_client = False
            except RekmediaError as error:
                self._jobs = error
            self._connected_at = now
        return self._jobs
