"""Waits, on the triggerer, before a refused submission is tried again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_rekmedia.core.jobs.event import encode_retry
from airflow_provider_rekmedia.services.jobs.rate_limiter import RateLimiter
from airflow_provider_rekmedia.services.wait_for_jobs import utc_now

__all__ = ["RekognitionSubmissionRetryTrigger"]

#: Each firing makes one task call StartMediaAnalysisJob; the service takes 5 such calls a second. Source:
#: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_TURNS: Final = RateLimiter(0.4)


class RekognitionSubmissionRetryTrigger(BaseTrigger):
    """
    Fires when a task may ask AWS for a job again: all job slots were taken, or the call was throttled.

    :param moment: When to fire: ISO 8601 with its offset.
    :param deadline: When the task's whole wait ends, likewise; the event hands it back to the task.
    """

    def __init__(self, *, moment: str, deadline: str) -> None:
        super().__init__()
        self.moment = moment
        self.deadline = deadline

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Give the class's path and the arguments that build the trigger anew; JSON values only."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {"moment": self.moment, "deadline": self.deadline},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Sleep, wait for a turn among all that wait for a slot here, and fire the one event."""
        await asyncio.sleep(max(0.0, (datetime.fromisoformat(self.moment) - utc_now()).total_seconds()))
        await _TURNS.take()
        yield TriggerEvent(encode_retry(datetime.fromisoformat(self.deadline)))
