"""Waits for a job on the triggerer's event loop, so that no worker is held."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from airflow_provider_rekmedia.adapters.look_log import LookLog
from airflow_provider_rekmedia.adapters.waiting import utc_now, wait_async
from airflow_provider_rekmedia.core.event import encode_ending
from airflow_provider_rekmedia.core.polling import Pace
from airflow_provider_rekmedia.hooks.shared_jobs import shared_jobs

__all__ = ["RekognitionMediaAnalysisJobTrigger"]


class RekognitionMediaAnalysisJobTrigger(BaseTrigger):
    """
    Waits until a bulk job is final, or the deadline has passed, and fires one event that says which.

    The first look comes one interval after the start: who defers has just looked. The client is built, and
    called, in threads; triggers with the same connection and region share one.

    :param job_id: The job to wait for.
    :param deadline: When the wait ends whatever happens: ISO 8601 with its offset. It does not move when the
        triggerer restarts.
    :param poll_interval: Seconds between two looks; > 0.
    :param aws_conn_id: Airflow connection, as the Amazon provider takes it.
    :param region_name: AWS region; ``None`` leaves it to the connection.
    :param verify: TLS verification, as boto3 takes it.
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

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Give the class's path and the arguments that build the trigger anew; JSON values only."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {"job_id": self.job_id, "deadline": self.deadline, "poll_interval": self.poll_interval}
            | self._connection,
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait, and fire the one event; its payload is what ``core.event.decode_ending`` reads."""
        pace = Pace(self.poll_interval, datetime.fromisoformat(self.deadline))
        # asgiref's thread, not asyncio's: before Airflow 3.2 only that one may ask for a connection.
        jobs = await sync_to_async(shared_jobs, thread_sensitive=False)(**self._connection)
        await asyncio.sleep(max(0.0, min(pace.interval_s, (pace.deadline_at - utc_now()).total_seconds())))
        ending = await wait_async(self.job_id, pace, jobs.fetch, on_look=LookLog(self.log))
        yield TriggerEvent(encode_ending(ending))

    @property
    def _connection(self) -> dict[str, Any]:
        return {
            "aws_conn_id": self.aws_conn_id,
            "region_name": self.region_name,
            "verify": self.verify,
            "botocore_config": self.botocore_config,
        }
