"""Waits for a job on the triggerer's event loop, so that no worker is held."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, NoReturn

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_rekmedia.core.jobs.event import encode_ending
from airflow_provider_rekmedia.core.jobs.polling import Pace
from airflow_provider_rekmedia.services.jobs.status_log import StatusLog
from airflow_provider_rekmedia.services.wait_for_jobs import wait_for_job_async
from airflow_provider_rekmedia.tasks import scheduler_race
from airflow_provider_rekmedia.tasks.deferral import DeferrableTask, connection_arguments, defer_task
from airflow_provider_rekmedia.tasks.shared_poller import shared_poller

__all__ = ["RekognitionMediaAnalysisJobTrigger"]


class RekognitionMediaAnalysisJobTrigger(BaseTrigger):
    """
    Waits until a bulk job is final or the deadline has passed, and fires one event that says which.

    The first poll comes one interval after the start, and 5 s at least, because the task polled just before
    it deferred. Triggers with the same connection and region share one client and one poller, which calls AWS
    in a thread.

    :param job_id: The job to wait for.
    :param deadline: When the wait ends in any case: ISO 8601 with its offset. It does not move if the
        triggerer restarts.
    :param poll_interval: Seconds between two polls; > 0.
    :param aws_conn_id: Airflow connection, as in the Amazon provider.
    :param region_name: AWS region; ``None`` leaves it to the connection.
    :param verify: TLS verification, as in boto3.
    :param botocore_config: Arguments of botocore's ``Config``.
    """

    def __init__(
        self,
        *,
        job_id: str,
        deadline: str,
        poll_interval: float,
        aws_conn_id: str | None = "aws_default",
        region_name: str | None = None,
        verify: bool | str | None = None,
        botocore_config: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.job_id = job_id
        self.deadline = deadline
        self.poll_interval = poll_interval
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name
        self.verify = verify
        self.botocore_config = botocore_config

    @classmethod
    def defer(cls, task: DeferrableTask, job_id: str, pace: Pace) -> NoReturn:
        """Release the worker of a task until the job is final; ``execute_complete`` continues the task."""
        trigger = cls(
            job_id=job_id,
            deadline=pace.deadline_at.isoformat(),
            poll_interval=pace.interval_s,
            **connection_arguments(task),
        )
        defer_task(task, trigger, method_name="execute_complete", until=pace.deadline_at)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class's path and the arguments that create an equal trigger; JSON values only."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {"job_id": self.job_id, "deadline": self.deadline, "poll_interval": self.poll_interval}
            | self._connection,
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait, and fire one event; ``core.jobs.event.decode_ending`` reads its payload."""
        pace = Pace(self.poll_interval, datetime.fromisoformat(self.deadline))
        poller = shared_poller(**self._connection)
        with poller.watching(self.job_id, max_age_s=pace.interval_s / 2):
            left_s = (pace.deadline_at - datetime.now(UTC)).total_seconds()
            first_s = max(pace.interval_s, scheduler_race.MIN_DEFERRAL_S)
            await asyncio.sleep(max(0.0, min(first_s, left_s)))
            ending = await wait_for_job_async(self.job_id, pace, poller.poll, on_poll=StatusLog(self.log))
        yield TriggerEvent(encode_ending(ending))

    async def on_kill(self) -> None:
        """Log that the job continues. Airflow calls this from 3.3 on."""
        self.log.warning(
            "Job %s goes on and will be billed: the service has no stop operation. "
            "Retry or clear the task, and it attaches to the job again.",
            self.job_id,
        )

    @property
    def _connection(self) -> dict[str, Any]:
        return {
            "aws_conn_id": self.aws_conn_id,
            "region_name": self.region_name,
            "verify": self.verify,
            "botocore_config": self.botocore_config,
        }
