"""
Waits for a job, in a thread or on an event loop.

``core.jobs.polling`` decides when to poll again and when to stop; these functions poll and sleep.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from airflow_provider_rekmedia.core.errors import RekmediaError, ServiceError
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.jobs.polling import Ending, Pace, Sleep, Step, next_attempt, next_step

from .jobs.fetch_jobs import FetchJob, fetch_or_error

__all__ = ["OnPoll", "pause_before_retry", "poll_job", "utc_now", "wait_for_job", "wait_for_job_async"]

OnPoll = Callable[[Job | RekmediaError], None]


def utc_now() -> datetime:
    """Return the current time, aware UTC."""
    return datetime.now(UTC)


def wait_for_job(
    job_id: str,
    pace: Pace,
    fetch: FetchJob,
    *,
    on_poll: OnPoll,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], datetime] = utc_now,
) -> Ending:
    """
    Block until the job is final, the deadline has passed, or AWS refuses for good.

    :param fetch: Fetches the job; raises ``RekmediaError``.
    :param on_poll: Called with the result of each poll.
    """
    while True:
        step = poll_job(job_id, pace, fetch, on_poll=on_poll, clock=clock)
        if not isinstance(step, Sleep):
            return step
        sleep(step.seconds)


async def wait_for_job_async(
    job_id: str,
    pace: Pace,
    fetch: Callable[[str], Awaitable[Job | RekmediaError]],
    *,
    on_poll: OnPoll,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], datetime] = utc_now,
) -> Ending:
    """
    Wait on an event loop, as :func:`wait_for_job` does in a thread.

    :param fetch: Fetches the job; returns an error instead of raising it.
    """
    while True:
        result = await fetch(job_id)
        on_poll(result)
        step = _next_step(job_id, result, pace, clock)
        if not isinstance(step, Sleep):
            return step
        await sleep(step.seconds)


def poll_job(
    job_id: str, pace: Pace, fetch: FetchJob, *, on_poll: OnPoll, clock: Callable[[], datetime] = utc_now
) -> Step:
    """Fetch the job once, and decide what comes next."""
    result = fetch_or_error(job_id, fetch)
    on_poll(result)
    return _next_step(job_id, result, pace, clock)


def pause_before_retry(
    refusal: ServiceError,
    pace: Pace,
    *,
    has_waited: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> float:
    """
    Return how long to wait before a refused submission is retried.

    :param has_waited: Whether an earlier call of this wait was refused.
    :return: Seconds; > 0.
    :raises ServiceError: The refusal itself, if a retry cannot help or the deadline has passed.
    """
    jitter = random.random()  # noqa: S311 spreads calls
    step = next_attempt(refusal, pace, now=clock(), jitter=jitter, has_waited=has_waited)
    if isinstance(step, Sleep):
        return step.seconds
    raise step.error


def _next_step(job_id: str, result: Job | RekmediaError, pace: Pace, clock: Callable[[], datetime]) -> Step:
    return next_step(job_id, result, pace, now=clock(), jitter=random.random())  # noqa: S311 spreads calls
