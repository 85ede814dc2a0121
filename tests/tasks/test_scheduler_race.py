"""A deferred task is not woken before the scheduler has seen it defer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_rekmedia.airflow_compat import TaskDeferred
from airflow_provider_rekmedia.core.errors import Throttled
from airflow_provider_rekmedia.core.jobs.polling import Pace
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.tasks import scheduler_race
from airflow_provider_rekmedia.triggers.media_analysis import RekognitionMediaAnalysisJobTrigger

IN_AN_HOUR = datetime.now(UTC) + timedelta(hours=1)


def test_the_first_poll_waits_for_the_scheduler(photos, aws, monkeypatch):
    trigger = RekognitionMediaAnalysisJobTrigger(
        job_id="no-such-job", deadline=IN_AN_HOUR.isoformat(), poll_interval=0.1
    )
    monkeypatch.setattr(scheduler_race, "MIN_DEFERRAL_S", 0.8)

    async def first_event():
        return await anext(trigger.run())

    began = datetime.now(UTC)
    asyncio.run(first_event())

    assert (datetime.now(UTC) - began).total_seconds() >= 0.8


def test_a_resubmission_waits_for_the_scheduler():
    operator = RekognitionStartMediaAnalysisJobOperator(task_id="t", manifest="s3://b/m", output="s3://b/o/")
    refusal = Throttled(operation="StartMediaAnalysisJob", code="ThrottlingException", message="Slow down")
    earliest = datetime.now(UTC) + timedelta(seconds=scheduler_race.MIN_DEFERRAL_S)

    with pytest.raises(TaskDeferred) as deferred:
        operator._defer_submission(refusal, Pace(0.01, IN_AN_HOUR), 0.01, None)

    assert datetime.fromisoformat(deferred.value.trigger.moment) >= earliest
