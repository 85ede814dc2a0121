import asyncio
import gc
import logging

import pytest
from connections import SECRET

from airflow_provider_rekmedia.core.errors import NoCredentials, NotFound
from airflow_provider_rekmedia.tasks import shared_poller as module
from airflow_provider_rekmedia.tasks.shared_poller import shared_poller

USUAL = {"aws_conn_id": "aws_default", "region_name": None, "verify": None, "botocore_config": None}


def share(**changes):
    return shared_poller(**USUAL | changes)


async def poll(poller, job_id="abc"):
    with poller.watching(job_id, max_age_s=0):
        return await poller.poll(job_id)


async def region_of(poller):
    await poll(poller)
    return poller._client._jobs._client.meta.region_name


@pytest.fixture
def built(connect, monkeypatch):
    """How often a client was built."""
    arguments = []
    build = module._connect
    monkeypatch.setattr(module, "_connect", lambda given: (arguments.append(given), build(given))[1])
    return arguments


def test_many_waiters_of_one_connection_share_one_client(built):
    async def scene():
        pollers = [share() for _ in range(5)]
        assert len(set(map(id, pollers))) == 1
        await asyncio.gather(*(poll(poller, f"job-{number}") for number, poller in enumerate(pollers)))
        assert share() is pollers[0]

    asyncio.run(scene())
    assert len(built) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"aws_conn_id": "other"},
        {"region_name": "eu-west-1"},
        {"verify": False},
        {"botocore_config": {"read_timeout": 7}},
    ],
)
def test_another_connection_region_or_option_has_another_client(connect, built, change):
    connect("other")

    async def scene():
        usual, other = share(), share(**change)
        assert usual is not other
        assert share(**change) is other
        await asyncio.gather(poll(usual), poll(other))

    asyncio.run(scene())
    assert len(built) == 2


def test_the_order_of_options_does_not_matter(built):
    async def scene():
        one = share(botocore_config={"read_timeout": 7, "connect_timeout": 3})
        assert share(botocore_config={"connect_timeout": 3, "read_timeout": 7}) is one

    asyncio.run(scene())


def test_after_the_last_waiter_the_connection_is_read_again(connect, built):
    async def scene():
        waiting = [share()]
        await poll(waiting[0])
        connect(region_name="eu-west-1")
        meanwhile = await region_of(share())
        waiting.clear()
        await asyncio.sleep(0)
        gc.collect()
        assert (meanwhile, await region_of(share())) == ("us-east-1", "eu-west-1")

    asyncio.run(scene())
    assert len(built) == 2


def test_two_event_loops_share_nothing(built):
    held = []

    async def scene():
        held.append(share())

    asyncio.run(scene())
    asyncio.run(scene())
    assert held[0] is not held[1]


def test_a_failed_client_is_built_again_by_the_next_waiter(built, monkeypatch):
    async def scene():
        build, poller = module._connect, share()
        monkeypatch.setattr(module, "_connect", lambda given: 1 / 0)
        for failed in await asyncio.gather(poll(poller, "a"), poll(poller, "b"), return_exceptions=True):
            assert isinstance(failed, ZeroDivisionError)
        monkeypatch.setattr(module, "_connect", build)
        assert isinstance(await poll(poller), NotFound)

    asyncio.run(scene())


def test_a_waiter_cancelled_during_the_build_does_not_affect_others(built):
    async def scene():
        poller = share()
        first, second = asyncio.create_task(poll(poller)), asyncio.create_task(poll(poller))
        await asyncio.sleep(0.1)
        first.cancel()
        assert isinstance(await second, NotFound)

    asyncio.run(scene())
    assert len(built) == 1


def test_new_credentials_of_the_connection_are_used_after_a_poll_without(connect, emulator, monkeypatch):
    monkeypatch.setattr("airflow_provider_rekmedia.services.jobs.limited_client._RECONNECT_S", 0.0)
    monkeypatch.setenv("AIRFLOW_CONN_LATER", emulator.airflow_connection(credentials=False))

    async def scene():
        poller = share(aws_conn_id="later")
        without = [await poll(poller), await poll(poller)]
        monkeypatch.setenv("AIRFLOW_CONN_LATER", emulator.airflow_connection())
        return without, await poll(poller)

    without, with_credentials = asyncio.run(scene())
    for error in without:
        assert isinstance(error, NoCredentials)
        assert "aws_conn_id='later'" in str(error)
    assert isinstance(with_credentials, NotFound)


def test_the_poller_uses_the_connection_and_logs_no_secret(connect, caplog):
    async def scene():
        return await poll(share())

    with caplog.at_level(logging.INFO):
        seen = asyncio.run(scene())
    assert isinstance(seen, NotFound)
    assert SECRET not in caplog.text + str(seen)
