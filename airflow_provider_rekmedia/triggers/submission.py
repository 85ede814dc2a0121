"""Waits on the triggerer before a refused submission is retried."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_rekmedia.core.jobs.event import encode_retry
from airflow_provider_rekmedia.core.jobs.polling import Pace
from airflow_provider_rekmedia.services.jobs.rate_limiter import RateLimiter
from airflow_provider_rekmedia.tasks import scheduler_race
from airflow_provider_rekmedia.tasks.deferral import DeferrableTask, defer_task

__all__ = ["RekognitionSubmissionRetryTrigger", "retry_moment", "wait_for_start_rate"]

#: Each event makes one task call StartMediaAnalysisJob; the service allows 5 such calls a second. Source:
#: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_LIMITER: Final = RateLimiter(0.4)


def retry_moment(pause_s: float) -> datetime:
    """Return when a task retries after a pause in seconds; not before the shortest deferral has passed."""
    return datetime.now(UTC) + timedelta(seconds=max(pause_s, scheduler_race.MIN_DEFERRAL_S))


async def wait_for_start_rate() -> None:
    """Wait for the rate limit that all triggers of this process share before they wake a task."""
    await _LIMITER.acquire()


class RekognitionSubmissionRetryTrigger(BaseTrigger):
    """
    Fires at a moment when a task may retry a submission, for example after the call was throttled.

    :param moment: When to fire: ISO 8601 with its offset.
    :param deadline: When the task's whole wait ends: ISO 8601 with its offset. The event passes it back to
        the task.
    :param waiting_since: When the task's wait for a job slot began, to keep its place; ``None`` if it did not
        wait for one.
    """

    def __init__(self, *, moment: str, deadline: str, waiting_since: str | None = None) -> None:
        super().__init__()
        self.moment = moment
        self.deadline = deadline
        self.waiting_since = waiting_since

    @classmethod
    def defer(
        cls, task: DeferrableTask, pace: Pace, pause_s: float, waiting_since: datetime | None
    ) -> NoReturn:
        """
        Release the worker of a task for a pause; ``submit_again`` continues the task.

        :param pause_s: Seconds; the pause is at least as long as the shortest deferral.
        """
        moment = retry_moment(pause_s)
        trigger = cls(
            moment=moment.isoformat(),
            deadline=pace.deadline_at.isoformat(),
            waiting_since=None if waiting_since is None else waiting_since.isoformat(),
        )
        defer_task(task, trigger, method_name="submit_again", until=moment)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class's path and the arguments that create an equal trigger; JSON values only."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {"moment": self.moment, "deadline": self.deadline}
            | ({"waiting_since": self.waiting_since} if self.waiting_since else {}),
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Sleep, wait for the rate limit of starts, and fire one event."""
        pause = datetime.fromisoformat(self.moment) - datetime.now(UTC)
        await asyncio.sleep(max(0.0, pause.total_seconds()))
        await wait_for_start_rate()
        waiting_since = None if self.waiting_since is None else datetime.fromisoformat(self.waiting_since)
        yield TriggerEvent(encode_retry(datetime.fromisoformat(self.deadline), waiting_since))
