import asyncio

from airflow_provider_rekmedia.services.jobs.rate_limiter import RateLimiter


def test_turns_come_in_order_and_a_gap_apart():
    now = [100.0]
    slept = []
    turns = RateLimiter(0.5, clock=lambda: now[0])

    async def sleep(seconds):
        slept.append(seconds)

    async def take_three():
        for _ in range(3):
            await turns.take(sleep=sleep)
        now[0] += 60
        await turns.take(sleep=sleep)

    asyncio.run(take_three())

    assert slept == [0.0, 0.5, 1.0, 0.0]
