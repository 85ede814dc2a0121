"""One poller for all waits of an event loop that go through the same connection and region."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.job import Job, parse_job
from airflow_provider_rekmedia.core.looking import is_page_worth_a_call
from airflow_provider_rekmedia.core.refusals import AccessDenied, ServiceError

from .media_analysis import MediaAnalysisJobs
from .spacing import Spacing
from .waiting import look_once

__all__ = ["JobPoller"]

_LOG = logging.getLogger(__name__)

# Half of the service's quotas of 20 and 5 calls a second, which the account's other callers need, too.
# Source:
# https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_GET_GAP_S: Final = 1 / 10
_LIST_GAP_S: Final = 1 / 2.5

#: Looks that are asked for within this time share a round of calls.
_GATHERING_S: Final = 0.05


@dataclass(slots=True)
class _Awaited:
    """A job that somebody waits for; ``looked_at`` is when it was last seen, or first awaited."""

    waiters: int
    fresh_s: float
    looked_at: float
    seen: Job | RekmediaError | None = None


class JobPoller:
    """
    Looks at jobs for many waiters; the calls are made in a thread, one round at a time.

    A round serves all who ask for a look at its start. When many jobs are due it reads the list, newest
    first, and takes in every awaited job that it shows, so that one waiter's round spares the others theirs.
    A waiter that is cancelled, or whose job is refused, disturbs no other.

    :param jobs: The account and region to ask.
    :param clock: Monotonic seconds.
    :param sleep: Called in the thread, between calls.
    """

    def __init__(
        self,
        jobs: MediaAnalysisJobs,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._gets = Spacing(_GET_GAP_S, clock=clock, sleep=sleep)
        self._lists = Spacing(_LIST_GAP_S, clock=clock, sleep=sleep)
        self._may_list = True
        self._awaited: dict[str, _Awaited] = {}
        self._wanted: set[str] = set()
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
        while awaited.seen is None or self._is_stale(awaited):
            self._wanted.add(job_id)
            if self._round is None or self._round.done():
                self._round = asyncio.create_task(self._serve())
            # Shielded: when this waiter is cancelled, the round goes on for the others.
            await asyncio.shield(self._round)
        return awaited.seen

    def _is_stale(self, awaited: _Awaited) -> bool:
        return self._clock() - awaited.looked_at >= awaited.fresh_s

    async def _serve(self) -> None:
        await asyncio.sleep(_GATHERING_S)
        wanted, self._wanted = self._wanted, set()
        due = wanted | {job_id for job_id, awaited in self._awaited.items() if self._is_stale(awaited)}
        seen = await asyncio.to_thread(self._look_at_all, wanted, due)
        for job_id in seen.keys() & self._awaited.keys():
            self._awaited[job_id].seen = seen[job_id]
            self._awaited[job_id].looked_at = self._clock()

    def _look_at_all(self, wanted: set[str], due: set[str]) -> dict[str, Job | RekmediaError]:
        seen = self._read_list(due) if self._may_list else {}
        for job_id in wanted - seen.keys():
            self._gets.keep()
            seen[job_id] = look_once(job_id, self._jobs.fetch)
        return seen

    def _read_list(self, due: set[str]) -> dict[str, Job | RekmediaError]:
        seen: dict[str, Job | RekmediaError] = {}
        pages, token = 0, None
        while is_page_worth_a_call(due=len(due), found=len(seen), pages=pages):
            self._lists.keep()
            try:
                members, token = self._jobs.fetch_page(token)
            except AccessDenied as error:
                _LOG.warning("Asking for each job by its id from now on: %s", error)
                self._may_list = False
                break
            except ServiceError:
                break
            pages += 1
            for member in members:
                if member["JobId"] in due:
                    seen[member["JobId"]] = _parsed(member)
            if token is None:
                break
        return seen


def _parsed(member: Mapping[str, Any]) -> Job | RekmediaError:
    try:
        return parse_job(member)
    except RekmediaError as error:
        return error
