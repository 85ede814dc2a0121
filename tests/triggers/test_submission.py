import asyncio
from datetime import UTC, datetime, timedelta

from airflow_provider_rekmedia.core.jobs.event import decode_retry
from airflow_provider_rekmedia.triggers.submission import RekognitionSubmissionRetryTrigger


def trigger(*, seconds):
    now = datetime.now(UTC)
    return RekognitionSubmissionRetryTrigger(
        moment=(now + timedelta(seconds=seconds)).isoformat(), deadline=(now + timedelta(hours=1)).isoformat()
    )


async def fired_at(a_trigger):
    (event,) = [event async for event in a_trigger.run()]
    return asyncio.get_running_loop().time(), event.payload


def test_it_fires_at_its_time_and_returns_the_deadline():
    waiting = trigger(seconds=0.3)
    began = datetime.now(UTC)

    _, payload = asyncio.run(fired_at(waiting))

    assert datetime.now(UTC) - began >= timedelta(seconds=0.3)
    assert decode_retry(payload).deadline_at.isoformat() == waiting.deadline


def test_simultaneous_triggers_fire_below_the_rate_of_the_service():
    async def together():
        began = asyncio.get_running_loop().time()
        fired = await asyncio.gather(*(fired_at(trigger(seconds=0)) for _ in range(6)))
        return max(moment for moment, _ in fired) - began

    # Never early, however busy the machine: six calls take the time of five gaps at least.
    assert asyncio.run(together()) > 5 / 5


def test_a_row_of_the_first_release_is_loaded():
    now = datetime.now(UTC)
    row = {"moment": now.isoformat(), "deadline": (now + timedelta(hours=1)).isoformat()}

    waiting = RekognitionSubmissionRetryTrigger(**row)

    assert waiting.serialize()[1] == row
    _, payload = asyncio.run(fired_at(waiting))
    assert decode_retry(payload).waiting_since is None


def test_a_task_that_waited_for_a_job_slot_keeps_its_place():
    waiting = trigger(seconds=0)
    waiting.waiting_since = "2026-05-01T12:00:00+00:00"

    _, arguments = waiting.serialize()
    _, payload = asyncio.run(fired_at(RekognitionSubmissionRetryTrigger(**arguments)))

    assert decode_retry(payload).waiting_since == datetime(2026, 5, 1, 12, tzinfo=UTC)
