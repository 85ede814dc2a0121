import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from services.fake_time import NOON, FakeTime

from airflow_provider_rekmedia.core.errors import AccessDenied, Throttled
from airflow_provider_rekmedia.services.jobs.job_slot_queue import JobSlotQueue
from airflow_provider_rekmedia.services.jobs.limited_client import LimitedClient


class Account:
    """The jobs of an account, newest first; ``running`` are open, the others ended."""

    def __init__(self, *running):
        self.running = list(running)
        self.ended = []
        self.refusals = []
        self.pages = 0
        self.page_size = 100

    def end(self, *names, at):
        for name in names:
            self.running.remove(name)
            self.ended.insert(0, (name, at))

    def fetch_page(self, token):
        self.pages += 1
        if self.refusals:
            raise self.refusals.pop(0)
        began = NOON - timedelta(minutes=1)
        members = [
            {"JobId": name, "Status": "IN_PROGRESS", "CreationTimestamp": began} for name in self.running
        ] + [
            {"JobId": name, "Status": "FAILED", "CreationTimestamp": began, "CompletionTimestamp": ended}
            for name, ended in self.ended
        ]
        start = int(token or 0)
        following = start + self.page_size
        return members[start:following], str(following) if following < len(members) else None


def refusal(kind):
    return kind(operation="ListMediaAnalysisJobs", code="Code", message="no")


class Scene:
    """A queue on fake time, whose waiters note the order in which they got a slot."""

    def __init__(self, account):
        self.time = FakeTime()
        self.account = account

        async def connect():
            return account

        client = LimitedClient(connect, clock=self.time.monotonic, sleep=self.time.sleep_async)
        self.queue = JobSlotQueue(client, clock=self.time.clock, sleep=self.sleep)
        self.order = []
        self.rounds = 0
        self.script = {}

    async def sleep(self, seconds):
        """A round begins: do what the script says for it."""
        self.time.elapsed_s += seconds
        self.rounds += 1
        if step := self.script.get(self.rounds):
            step()
        await asyncio.sleep(0)
        if self.rounds > 50:
            pytest.fail("nobody got a slot")

    async def wait(self, name, *, since_s=0, refused_s=None):
        refused_s = since_s if refused_s is None else refused_s
        await self.queue.acquire(
            waiting_since=NOON + timedelta(seconds=since_s),
            refused_at=NOON + timedelta(seconds=refused_s),
            interval_s=60,
        )
        self.order.append(name)

    def end(self, *names):
        self.account.end(*names, at=self.time.now)


def test_the_task_that_waited_longest_gets_the_free_slot():
    scene = Scene(Account("a", "b"))
    scene.script = {3: lambda: scene.end("a"), 5: lambda: scene.end("b")}

    async def play():
        waits = [scene.wait(name, since_s=since_s) for name, since_s in (("late", 9), ("early", 1))]
        await asyncio.gather(*waits)

    asyncio.run(play())

    assert scene.order == ["early", "late"]
    assert scene.account.pages == scene.rounds == 5


def test_a_task_that_is_refused_again_keeps_its_place():
    scene = Scene(Account("a"))
    scene.script = {2: lambda: scene.end("a")}

    async def play():
        other = asyncio.create_task(scene.wait("other", since_s=5))
        await scene.wait("again", since_s=1, refused_s=30)
        other.cancel()

    asyncio.run(play())

    assert scene.order == ["again"]


def test_one_list_serves_a_thousand_waiters():
    scene = Scene(Account(*map(str, range(20))))
    scene.script = {2: lambda: scene.end(*map(str, range(20)))}

    async def play():
        waits = [asyncio.create_task(scene.wait(number, since_s=number)) for number in range(1000)]
        await asyncio.gather(*waits[:20])
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)

    asyncio.run(play())

    assert scene.order == list(range(20))
    assert scene.account.pages <= 3


def test_a_cancelled_task_does_not_get_a_slot():
    scene = Scene(Account("a"))
    scene.script = {3: lambda: scene.end("a")}

    async def play():
        gone = asyncio.create_task(scene.wait("gone", since_s=1))
        other = asyncio.create_task(scene.wait("other", since_s=2))
        await asyncio.sleep(0)
        gone.cancel()
        await other

    asyncio.run(play())

    assert scene.order == ["other"]


def test_a_throttled_list_is_read_again_in_the_next_round():
    scene = Scene(Account("a"))
    scene.account.refusals = [refusal(Throttled), refusal(Throttled)]
    scene.script = {1: lambda: scene.end("a")}

    asyncio.run(scene.wait("one"))

    assert scene.account.pages == 3


def test_a_denied_list_ends_every_wait():
    scene = Scene(Account("a"))
    scene.account.refusals = [refusal(AccessDenied)]

    async def play():
        return await asyncio.gather(scene.wait("one"), scene.wait("two"), return_exceptions=True)

    assert [type(error) for error in asyncio.run(play())] == [AccessDenied, AccessDenied]


def test_more_pages_are_read_only_while_every_job_is_open():
    scene = Scene(Account(*map(str, range(5))))
    scene.account.page_size = 2
    scene.account.ended = [(f"old-{number}", datetime(2026, 1, 1, tzinfo=UTC)) for number in range(20)]
    scene.script = {2: lambda: scene.end("0")}

    asyncio.run(scene.wait("one"))

    assert scene.account.pages == 3 + 3


def test_a_job_with_an_unknown_status_does_not_end_the_waits():
    account = Account("a")
    scene = Scene(account)
    scene.script = {2: lambda: scene.end("a")}
    page = account.fetch_page
    paused = {"JobId": "p", "Status": "PAUSED", "CreationTimestamp": NOON}
    account.fetch_page = lambda token: ([paused, *page(token)[0]], None)

    asyncio.run(scene.wait("one"))

    assert scene.order == ["one"]


def test_the_queue_stops_listing_when_no_task_waits():
    scene = Scene(Account("a"))
    scene.script = {1: lambda: scene.end("a")}

    async def play():
        await scene.wait("one")
        await asyncio.sleep(0)
        return scene.queue._rounds.done()

    assert asyncio.run(play())
    assert scene.account.pages == 1
