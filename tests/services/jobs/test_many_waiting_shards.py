"""What a night of many shards on few job slots costs, in virtual time."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from services.virtual_time import run_virtual

from airflow_provider_rekmedia.services.jobs.job_slot_queue import JobSlotQueue
from airflow_provider_rekmedia.services.jobs.limited_client import LimitedClient
from airflow_provider_rekmedia.services.jobs.rate_limiter import RateLimiter

#: Seconds from the event of a trigger to the call of its task.
AIRFLOW_S = 8


@dataclass
class Account:
    """The jobs of an account in the order of their start, each with its start and its end."""

    now: object
    slots: int
    job_s: tuple[int, int]
    jobs: list = field(default_factory=list)
    calls: int = 0
    lists: int = 0
    most_open: int = 0
    random: Random = field(default_factory=lambda: Random(1))  # noqa: S311 no secret

    def start(self, job_id):
        """Start a job, and return how long it lasts; ``None`` if all slots are in use."""
        self.calls += 1
        now = self.now()
        running = sum(ends_at > now for _, _, ends_at in self.jobs[-100:])
        if running >= self.slots:
            return None
        self.most_open = max(self.most_open, running + 1)
        length_s = self.random.uniform(*self.job_s)
        self.jobs.append((job_id, now, now + timedelta(seconds=length_s)))
        return length_s

    def fetch_page(self, token):
        self.lists += 1
        now = self.now()
        return [describe(job, now) for job in reversed(self.jobs[-100:])], None


def describe(job, now):
    """Return a job as ListMediaAnalysisJobs does."""
    job_id, began_at, ends_at = job
    member = {"JobId": str(job_id), "CreationTimestamp": began_at}
    if ends_at > now:
        return member | {"Status": "IN_PROGRESS"}
    return member | {"Status": "SUCCEEDED", "CompletionTimestamp": ends_at}


@dataclass
class Night:
    """Mapped tasks on a cluster with eight workers and some triggerers."""

    loop: object
    account: Account
    triggerers: int
    executions: int = 0
    order: list = field(default_factory=list)

    def __post_init__(self):
        self.workers = asyncio.Semaphore(8)
        self.queues = [self.queue() for _ in range(self.triggerers)]
        self.limiters = [RateLimiter(0.4, clock=self.loop.time) for _ in self.queues]

    def queue(self):
        async def connect():
            return self.account

        return JobSlotQueue(LimitedClient(connect, clock=self.loop.time), clock=self.loop.now)

    async def shard(self, number):
        await asyncio.sleep(number / 100)
        waiting_since = None
        while (length := await self.execute(number)) is None:
            refused_at = self.loop.now()
            waiting_since = waiting_since or refused_at
            triggerer = self.account.random.randrange(self.triggerers)
            await self.queues[triggerer].acquire(
                waiting_since=waiting_since, refused_at=refused_at, interval_s=60
            )
            await self.limiters[triggerer].acquire()
            await asyncio.sleep(AIRFLOW_S)
        self.order.append(number)
        await asyncio.sleep(length)
        self.executions += 1  # the one that returns the job

    async def execute(self, number):
        async with self.workers:
            await asyncio.sleep(3)
            self.executions += 1
            return self.account.start(number)


@pytest.fixture
def play(monkeypatch):
    async def call_now(call, *arguments):
        return call(*arguments)

    monkeypatch.setattr("airflow_provider_rekmedia.services.jobs.limited_client.asyncio.to_thread", call_now)

    def play(*, shards, slots, triggerers=1, job_s=(60, 90)):
        async def scene(loop):
            night = Night(loop, Account(loop.now, slots, job_s), triggerers)
            await asyncio.gather(*(night.shard(number) for number in range(shards)))
            night.seconds = loop.time()
            return night

        return run_virtual(scene)

    return play


def test_a_waiting_task_is_refused_once_and_woken_once(play):
    night = play(shards=20, slots=5)

    # 15 tasks do not know the quota before their first refusal.
    assert night.account.calls == 20 + 15
    assert night.executions == 20 + 15 + 20
    assert night.account.most_open == 5


def test_many_shards_need_two_starts_each_and_keep_the_slots_in_use(play):
    night = play(shards=200, slots=20)

    assert night.account.calls <= 200 + 180
    assert night.account.most_open == 20
    # Ten rounds of jobs of at most 90 s. Airflow needs up to 25 s to fill a free slot.
    assert night.seconds < 10 * (90 + 25)


def test_tasks_start_in_the_order_in_which_they_came(play):
    night = play(shards=60, slots=5)

    assert night.order == sorted(night.order)


def test_two_triggerers_are_refused_at_most_once_more_per_task(play):
    night = play(shards=60, slots=5, triggerers=2)

    assert night.account.calls <= 60 + 55 + 55
    assert night.account.most_open == 5
