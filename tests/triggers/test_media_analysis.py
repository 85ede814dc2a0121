"""The trigger keeps its deadline, fires once, and shares its client."""

import asyncio
import gc
import logging
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_rekmedia.core.jobs.event import decode_ending
from airflow_provider_rekmedia.core.jobs.polling import Ended, Failed
from airflow_provider_rekmedia.hooks import rekognition
from airflow_provider_rekmedia.tasks import shared_poller
from airflow_provider_rekmedia.triggers.media_analysis import RekognitionMediaAnalysisJobTrigger


@pytest.fixture
def job_id(photos, aws):
    return start_job(photos, aws)


@pytest.fixture
def stuck_job_id(photos, aws):
    aws.configure(by_hand=True)
    return start_job(photos, aws)


def start_job(photos, aws):
    photos.put_manifest(photos.put("cat.jpg"))
    return aws.client("rekognition").start_media_analysis_job(
        OperationsConfig={"DetectModerationLabels": {}},
        Input={"S3Object": {"Bucket": "photos", "Name": "manifest.jsonl"}},
        OutputConfig={"S3Bucket": "photos"},
    )["JobId"]


def trigger(job_id, *, seconds=30.0, poll_interval=0.1):
    deadline = datetime.now(UTC) + timedelta(seconds=seconds)
    return RekognitionMediaAnalysisJobTrigger(
        job_id=job_id, deadline=deadline.isoformat(), poll_interval=poll_interval
    )


async def events_of(a_trigger):
    return [event.payload async for event in a_trigger.run()]


def test_it_fires_one_event_with_the_finished_job(job_id):
    (payload,) = asyncio.run(events_of(trigger(job_id)))

    ending = decode_ending(payload)
    assert isinstance(ending, Ended)
    assert ending.outcome().job_id == job_id


def test_the_first_poll_is_after_one_interval(job_id, aws):
    aws.advance(to_end=True)

    began = datetime.now(UTC)
    asyncio.run(events_of(trigger(job_id, poll_interval=0.5)))

    assert (datetime.now(UTC) - began).total_seconds() >= 0.5


def test_a_restart_does_not_move_the_deadline(stuck_job_id):
    first = trigger(stuck_job_id, seconds=1.5, poll_interval=0.2)

    async def restart_in_mid_wait():
        running = asyncio.create_task(events_of(first))
        await asyncio.sleep(0.7)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        _, arguments = first.serialize()
        return await events_of(type(first)(**arguments))

    (payload,) = asyncio.run(restart_in_mid_wait())

    ending = decode_ending(payload)
    assert isinstance(ending, Failed)
    assert datetime.now(UTC) >= datetime.fromisoformat(first.deadline)
    assert f"at the deadline, {first.deadline}" in str(ending.error)


def test_many_triggers_share_one_client(job_id, aws, monkeypatch):
    built = []
    original = rekognition.RekognitionHook.__init__
    monkeypatch.setattr(
        rekognition.RekognitionHook,
        "__init__",
        lambda self, *args, **kwargs: built.append(1) or original(self, *args, **kwargs),
    )

    async def together():
        return await asyncio.gather(*(events_of(trigger(job_id)) for _ in range(30)))

    assert len(asyncio.run(together())) == 30
    assert len(built) == 1


def test_a_client_without_waiters_is_released(job_id):
    asyncio.run(events_of(trigger(job_id)))
    gc.collect()

    assert not shared_poller._POLLERS


def test_killing_a_deferred_task_logs_that_the_job_continues(caplog, monkeypatch):
    monkeypatch.setattr(RekognitionMediaAnalysisJobTrigger, "log", logging.getLogger("trigger"))

    asyncio.run(trigger("abc").on_kill())

    assert "Job abc goes on and will be billed" in caplog.text
