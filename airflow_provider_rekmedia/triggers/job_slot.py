"""Waits on the triggerer for a free job slot, so that no worker is held and no start is refused in vain."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, NoReturn

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.jobs.event import encode_retry
from airflow_provider_rekmedia.core.jobs.polling import Pace
from airflow_provider_rekmedia.tasks import scheduler_race
from airflow_provider_rekmedia.tasks.deferral import DeferrableTask, connection_arguments, defer_task
from airflow_provider_rekmedia.tasks.shared_poller import shared_poller

from .submission import retry_moment, wait_for_start_rate

__all__ = ["RekognitionJobSlotTrigger"]


class RekognitionJobSlotTrigger(BaseTrigger):
    """
    Fires when a task may retry a submission that was refused because all job slots were in use.

    Triggers with the same connection and region share one list of jobs. It shows how many jobs are open, and
    how many were open when AWS refused the start. Each free slot wakes the task that has waited longest.

    If the connection may not list jobs, the trigger fires at *moment*.

    :param moment: When to fire if the jobs cannot be listed: ISO 8601 with its offset.
    :param deadline: When the task's whole wait ends: ISO 8601 with its offset. The trigger fires then at the
        latest. The event passes it back to the task.
    :param refused_at: When AWS refused the start: ISO 8601 with its offset.
    :param waiting_since: When AWS refused the first start of this wait. The event passes it back to the task,
        so that a task that is refused again keeps its place.
    :param poll_interval: Seconds between two lists, at most; > 0.
    :param aws_conn_id: Airflow connection, as in the Amazon provider.
    :param region_name: AWS region; ``None`` leaves it to the connection.
    :param verify: TLS verification, as in boto3.
    :param botocore_config: Arguments of botocore's ``Config``.
    """

    def __init__(
        self,
        *,
        moment: str,
        deadline: str,
        refused_at: str,
        waiting_since: str,
        poll_interval: float,
        aws_conn_id: str | None = "aws_default",
        region_name: str | None = None,
        verify: bool | str | None = None,
        botocore_config: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.moment = moment
        self.deadline = deadline
        self.refused_at = refused_at
        self.waiting_since = waiting_since
        self.poll_interval = poll_interval
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name
        self.verify = verify
        self.botocore_config = botocore_config

    @classmethod
    def defer(
        cls, task: DeferrableTask, pace: Pace, pause_s: float, waiting_since: datetime | None
    ) -> NoReturn:
        """
        Release the worker of a task until a job slot is free; ``submit_again`` continues the task.

        :param pause_s: Seconds until the task retries if the jobs cannot be listed.
        :param waiting_since: When this wait began; ``None`` if it begins now.
        """
        refused_at = datetime.now(UTC)
        trigger = cls(
            moment=retry_moment(pause_s).isoformat(),
            deadline=pace.deadline_at.isoformat(),
            refused_at=refused_at.isoformat(),
            waiting_since=(waiting_since or refused_at).isoformat(),
            poll_interval=pace.interval_s,
            **connection_arguments(task),
        )
        defer_task(task, trigger, method_name="submit_again", until=pace.deadline_at)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class's path and the arguments that create an equal trigger; JSON values only."""
        waiting = {
            "moment": self.moment,
            "deadline": self.deadline,
            "refused_at": self.refused_at,
            "waiting_since": self.waiting_since,
            "poll_interval": self.poll_interval,
        }
        return f"{type(self).__module__}.{type(self).__qualname__}", waiting | self._connection

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait for a slot until the deadline, then for the rate limit of starts, and fire one event."""
        began_at = asyncio.get_running_loop().time()
        deadline_at, waiting_since = map(datetime.fromisoformat, (self.deadline, self.waiting_since))
        try:
            async with asyncio.timeout(max(0.0, _seconds_until(deadline_at))):
                await self._wait_for_slot(waiting_since)
        except TimeoutError:
            self.log.info("No job slot was free until %s", self.deadline)
        waited_s = asyncio.get_running_loop().time() - began_at
        await asyncio.sleep(max(0.0, scheduler_race.MIN_DEFERRAL_S - waited_s))
        await wait_for_start_rate()
        yield TriggerEvent(encode_retry(deadline_at, waiting_since))

    async def _wait_for_slot(self, waiting_since: datetime) -> None:
        try:
            await shared_poller(**self._connection).slots.acquire(
                waiting_since=waiting_since,
                refused_at=datetime.fromisoformat(self.refused_at),
                interval_s=self.poll_interval,
            )
        except RekmediaError as error:
            self.log.warning("Cannot see free job slots; the task tries at %s. %s", self.moment, error)
            await asyncio.sleep(max(0.0, _seconds_until(datetime.fromisoformat(self.moment))))

    @property
    def _connection(self) -> dict[str, Any]:
        return {
            "aws_conn_id": self.aws_conn_id,
            "region_name": self.region_name,
            "verify": self.verify,
            "botocore_config": self.botocore_config,
        }


def _seconds_until(at: datetime) -> float:
    return (at - datetime.now(UTC)).total_seconds()
