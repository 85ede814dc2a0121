"""The trigger fires for a free slot, at the deadline, or at its moment if it cannot list jobs."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from triggers.test_media_analysis import start_job

from airflow_provider_rekmedia.core.jobs.event import Retry, decode_retry
from airflow_provider_rekmedia.triggers.job_slot import RekognitionJobSlotTrigger

HOUR = timedelta(hours=1)


def trigger(*, timeout=HOUR, pause=HOUR, waited=timedelta()):
    now = datetime.now(UTC)
    return RekognitionJobSlotTrigger(
        moment=(now + pause).isoformat(),
        deadline=(now + timeout).isoformat(),
        refused_at=now.isoformat(),
        waiting_since=(now - waited).isoformat(),
        poll_interval=0.1,
    )


async def retry_of(a_trigger):
    (event,) = [event async for event in a_trigger.run()]
    return decode_retry(event.payload)


@pytest.fixture
def job_id(photos, aws):
    """The only job that the account may run."""
    aws.configure(by_hand=True, max_active_jobs=1)
    return start_job(photos, aws)


def test_it_fires_when_the_job_that_has_the_slot_ends(job_id, aws):
    waiting = trigger(waited=HOUR)

    async def scene():
        fired = asyncio.create_task(retry_of(waiting))
        await asyncio.sleep(0.5)
        assert not fired.done()
        await asyncio.to_thread(aws.advance, job_id, to_end=True)
        return await fired

    assert asyncio.run(scene()) == Retry(
        datetime.fromisoformat(waiting.deadline), datetime.fromisoformat(waiting.waiting_since)
    )


def test_it_fires_at_the_deadline_although_no_slot_is_free(job_id):
    waiting = trigger(timeout=timedelta(seconds=0.4))

    asyncio.run(retry_of(waiting))

    assert datetime.now(UTC) >= datetime.fromisoformat(waiting.deadline)


def test_without_permission_to_list_it_fires_at_its_moment(job_id, aws):
    aws.inject("error", operation="ListMediaAnalysisJobs", code="AccessDeniedException", status=400)
    waiting = trigger(pause=timedelta(seconds=0.7))

    asyncio.run(retry_of(waiting))

    assert datetime.now(UTC) >= datetime.fromisoformat(waiting.moment)


def test_it_is_equal_after_its_row_in_the_database():
    waiting = trigger()
    path, arguments = waiting.serialize()

    again = RekognitionJobSlotTrigger(**json.loads(json.dumps(arguments)))

    assert path == "airflow_provider_rekmedia.triggers.job_slot.RekognitionJobSlotTrigger"
    assert again.serialize() == (path, arguments)
