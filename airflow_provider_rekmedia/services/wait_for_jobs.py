"""The two drivers of a wait: they sleep and look, as ``core.polling.next_step`` tells them."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from airflow_provider_rekmedia.core.errors import RekmediaError, ServiceError
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.jobs.polling import Ending, Pace, Sleep, Step, next_attempt, next_step

__all__ = ["Look", "OnPoll", "fetch_or_error", "pause_before_retry", "step_now", "utc_now", "wait", "wait_async"]

Look = Callable[[str], Job]
OnPoll = Callable[[Job | RekmediaError], None]


def utc_now() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


def fetch_or_error(job_id: str, look: Look) -> Job | RekmediaError:
    """Look at a job; an error is a value, for ``next_step`` to judge."""
    try:
        return look(job_id)
    except RekmediaError as error:
        return error


def wait(
    job_id: str,
    pace: Pace,
    look: Look,
    *,
    on_poll: OnPoll,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], datetime] = utc_now,
) -> Ending:
    """
    Wait in this thread until the job is final, the deadline passed, or looking is hopeless.

    :param look: Fetches the job; raises ``RekmediaError``.
    :param on_poll: Told of every look.
    """
    while True:
        step = step_now(job_id, pace, look, on_poll=on_poll, clock=clock)
        if not isinstance(step, Sleep):
            return step
        sleep(step.seconds)


async def wait_async(
    job_id: str,
    pace: Pace,
    look: Callable[[str], Awaitable[Job | RekmediaError]],
    *,
    on_poll: OnPoll,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], datetime] = utc_now,
) -> Ending:
    """
    Wait on an event loop, as :func:`wait` does in a thread.

    :param look: Gives the job, or the error that it met, as a value.
    """
    while True:
        seen = await look(job_id)
        on_poll(seen)
        step = _step(job_id, seen, pace, clock)
        if not isinstance(step, Sleep):
            return step
        await sleep(step.seconds)


def pause_before_retry(
    refusal: ServiceError, pace: Pace, *, clock: Callable[[], datetime] = utc_now
) -> float:
    """
    Tell how long to wait before a refused submission is tried again.

    :return: Seconds; > 0.
    :raises ServiceError: The refusal itself, when trying again is hopeless or the deadline has passed.
    """
    step = next_attempt(refusal, pace, now=clock(), jitter=random.random())  # noqa: S311 spreads calls
    if isinstance(step, Sleep):
        return step.seconds
    raise step.error


def step_now(
    job_id: str, pace: Pace, look: Look, *, on_poll: OnPoll, clock: Callable[[], datetime] = utc_now
) -> Step:
    """Look once, and decide what comes next."""
    seen = fetch_or_error(job_id, look)
    on_poll(seen)
    return _step(job_id, seen, pace, clock)


def _step(job_id: str, seen: Job | RekmediaError, pace: Pace, clock: Callable[[], datetime]) -> Step:
    return next_step(job_id, seen, pace, now=clock(), jitter=random.random())  # noqa: S311 spreads calls
