import asyncio

from airflow_provider_rekmedia.services.jobs.rate_limiter import RateLimiter


def test_callers_pass_in_order_one_interval_apart():
    now = [100.0]
    slept = []
    limiter = RateLimiter(0.5, clock=lambda: now[0])

    async def sleep(seconds):
        slept.append(seconds)

    async def acquire_three():
        for _ in range(3):
            await limiter.acquire(sleep=sleep)
        now[0] += 60
        await limiter.acquire(sleep=sleep)

    asyncio.run(acquire_three())

    assert slept == [0.0, 0.5, 1.0, 0.0]
