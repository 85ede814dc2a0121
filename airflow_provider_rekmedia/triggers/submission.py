"""Waits on the triggerer before a refused submission is retried."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_rekmedia.core.jobs.event import encode_retry
from airflow_provider_rekmedia.services.jobs.rate_limiter import RateLimiter

__all__ = ["RekognitionSubmissionRetryTrigger"]

#: Each event makes one task call StartMediaAnalysisJob; the service allows 5 such calls a second. Source:
#: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_LIMITER: Final = RateLimiter(0.4)


class RekognitionSubmissionRetryTrigger(BaseTrigger):
    """
    Fires when a task may retry a submission, after all job slots were in use or the call was throttled.

    :param moment: When to fire: ISO 8601 with its offset.
    :param deadline: When the task's whole wait ends: ISO 8601 with its offset. The event passes it back to
        the task.
    """

    def __init__(self, *, moment: str, deadline: str) -> None:
        super().__init__()
        self.moment = moment
        self.deadline = deadline

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class's path and the arguments that create an equal trigger; JSON values only."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {"moment": self.moment, "deadline": self.deadline},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Sleep, wait for the rate limit that all triggers of this class share here, and fire one event."""
        pause = datetime.fromisoformat(self.moment) - datetime.now(UTC)
        await asyncio.sleep(max(0.0, pause.total_seconds()))
        await _LIMITER.acquire()
        yield TriggerEvent(encode_retry(datetime.fromisoformat(self.deadline)))
