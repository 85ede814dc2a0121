import asyncio
import gc
import logging

import pytest
from connections import SECRET

from airflow_provider_rekmedia.core.errors import NotFound
from airflow_provider_rekmedia.tasks import shared_poller as module
from airflow_provider_rekmedia.tasks.shared_poller import shared_poller

USUAL = {"aws_conn_id": "aws_default", "region_name": None, "verify": None, "botocore_config": None}


def share(**changes):
    return shared_poller(**USUAL | changes)


def region_of(poller):
    return poller._jobs._client.meta.region_name


@pytest.fixture
def built(connect, monkeypatch):
    """How often a client was built."""
    arguments = []
    build = module._connect
    monkeypatch.setattr(module, "_connect", lambda given: (arguments.append(given), build(given))[1])
    return arguments


def test_many_waiters_of_one_connection_share_one_client(built):
    async def scene():
        pollers = await asyncio.gather(*(share() for _ in range(50)))
        assert len(set(map(id, pollers))) == 1
        assert await share() is pollers[0]

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
        usual, other = await share(), await share(**change)
        assert usual is not other
        assert await share(**change) is other

    asyncio.run(scene())
    assert len(built) == 2


def test_the_order_of_options_does_not_matter(built):
    async def scene():
        one = await share(botocore_config={"read_timeout": 7, "connect_timeout": 3})
        assert await share(botocore_config={"connect_timeout": 3, "read_timeout": 7}) is one

    asyncio.run(scene())


def test_after_the_last_waiter_the_connection_is_read_again(connect, built):
    async def scene():
        waiting = [await share()]
        connect(region_name="eu-west-1")
        meanwhile = region_of(await share())
        waiting.clear()
        await asyncio.sleep(0)
        gc.collect()
        assert (meanwhile, region_of(await share())) == ("us-east-1", "eu-west-1")

    asyncio.run(scene())
    assert len(built) == 2


def test_two_event_loops_share_nothing(built):
    held = []

    async def scene():
        held.append(await share())

    asyncio.run(scene())
    asyncio.run(scene())
    assert held[0] is not held[1]


def test_a_failed_client_is_built_again_by_the_next_waiter(connect, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_LATER", "")

    async def scene():
        build = module._connect
        monkeypatch.setattr(module, "_connect", lambda given: 1 / 0)
        for failed in await asyncio.gather(share(), share(), return_exceptions=True):
            assert isinstance(failed, ZeroDivisionError)
        monkeypatch.setattr(module, "_connect", build)
        assert await share()

    asyncio.run(scene())


def test_a_waiter_cancelled_during_the_build_does_not_affect_others(built):
    async def scene():
        first, second = asyncio.create_task(share()), asyncio.create_task(share())
        await asyncio.sleep(0)
        first.cancel()
        assert await second

    asyncio.run(scene())
    assert len(built) == 1


def test_the_poller_uses_the_connection_and_logs_no_secret(connect, caplog):
    async def scene():
        poller = await share()
        with poller.watching("abc", max_age_s=1):
            return await poller.poll("abc")

    with caplog.at_level(logging.INFO):
        seen = asyncio.run(scene())
    assert isinstance(seen, NotFound)
    assert SECRET not in caplog.text + str(seen)
