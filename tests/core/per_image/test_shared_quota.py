"""Many independent pacers share one quota: together they use it, and none is starved."""

import pytest
from core.per_image.paced_tasks import Quota, Steady, simulate

from airflow_provider_rekmedia.core.per_image.pacing import Pacer

SEEDS = range(3)


def share(quota, tasks, *, seed, seconds=400):
    return simulate(quota, [Pacer() for _ in range(tasks)], seconds, seed=seed)


def sent(callers, since, until):
    return sum(caller.sent(since, until) for caller in callers)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("tasks", [1, 3, 7, 16])
def test_tasks_share_the_quota_and_none_is_starved(tasks, seed):
    callers = share(Quota(50), tasks, seed=seed)

    for since in range(60, 360, 60):  # never for a while either
        assert sent(callers, since, since + 60) <= 1.25 * 50
    shares = [caller.done(60, 360) for caller in callers]
    assert sum(shares) >= 0.95 * 50
    assert min(shares) > 0.5 * 50 / tasks


def test_three_tasks_end_near_equal_shares():
    off = [
        abs(caller.done(60, 300) / (50 / 3) - 1)
        for seed in range(8)
        for caller in share(Quota(50), 3, seed=seed, seconds=300)
    ]

    assert sorted(off)[len(off) * 9 // 10] <= 0.15


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("tasks", [3, 7, 16])
def test_without_a_quota_error_tasks_send_at_most_a_small_multiple(tasks, seed):
    callers = share(Quota(50, has_own_error=False), tasks, seed=seed)

    assert sent(callers, 60, 400) <= 4 * 50
    assert sum(caller.done(60, 400) for caller in callers) >= 0.95 * 50


@pytest.mark.parametrize(("tasks", "most"), [(1, 1.2), (3, 1.5), (16, 2.6)])
def test_a_small_quota_is_shared_too(tasks, most):
    callers = share(Quota(5), tasks, seed=0, seconds=600)

    assert sent(callers, 60, 600) <= most * 5
    assert all(caller.done(60, 600) > 0 for caller in callers)
    assert sum(caller.done(60, 600) for caller in callers) >= 0.95 * 5


@pytest.mark.parametrize("seed", SEEDS)
def test_another_client_with_a_tenth_of_the_quota_keeps_most_of_its_calls(seed):
    *_, outside = simulate(Quota(50), [*(Pacer() for _ in range(3)), Steady(5)], 200, seed=seed)

    assert outside.done(60, 200) >= 0.8 * outside.sent(60, 200)


@pytest.mark.parametrize("seed", SEEDS)
def test_tasks_return_to_the_quota_after_another_cause_ends(seed):
    callers = share(Quota(50, noise=0.5, noise_until=100, seed=seed), 3, seed=seed, seconds=200)

    assert sum(caller.done(30, 100) for caller in callers) >= 0.8 * 50
    assert sent(callers, 130, 200) <= 1.25 * 50
