"""The pacer, run against quotas that are simulated: seconds cost nothing, and every run is the same."""

import heapq
import random

import pytest

from airflow_provider_rekmedia.core.pacing import Pacer

LATENCY_S = 0.1


class Quota:
    """A bucket that holds one second's worth of calls, as the emulator's."""

    def __init__(self, tps, *, noise=0.0, seed=7):
        self.tps, self.left, self.at, self.noise = tps, tps, 0.0, noise
        self.dice = random.Random(seed)  # noqa: S311 the same dice again

    def admits(self, now):
        self.left = min(self.tps, self.left + (now - self.at) * self.tps)
        self.at = now
        if self.dice.random() < self.noise or self.left < 1:
            return False
        self.left -= 1
        return True


def simulate(quota, pacers, seconds, *, in_flight=50, measured_from=0.0):
    """
    Run the tasks of these pacers, each with so many threads: ask for a slot, call, be answered, again.

    :return: What got through of each pacer, and all that was sent; calls a second.
    """
    asks = [
        (0.0001 * thread, thread, who, "ask") for who in range(len(pacers)) for thread in range(in_flight)
    ]
    heapq.heapify(asks)
    order, through, sent, free_at = len(asks), [0] * len(pacers), 0, [0.0] * len(pacers)
    while asks[0][0] < seconds:
        now, _, who, step = heapq.heappop(asks)
        order += 1
        if step == "ask" and free_at[who] > now:  # one at a time waits for its slot
            heapq.heappush(asks, (free_at[who], order, who, "ask"))
        elif step == "ask":
            free_at[who] = now + pacers[who].reserve(now)
            heapq.heappush(asks, (free_at[who], order, who, "call"))
        elif step == "call":
            sent += now >= measured_from
            heapq.heappush(asks, (now + LATENCY_S, order, who, quota.admits(now)))
        else:
            pacers[who].settle(now, refused=not step)
            through[who] += step and now >= measured_from
            heapq.heappush(asks, (now, order, who, "ask"))
    measured = seconds - measured_from
    return [count / measured for count in through], sent / measured


@pytest.mark.parametrize("tps", [1, 5, 50, 200])
def test_a_given_pace_is_kept_and_reached(tps):
    (through,), sent = simulate(Quota(1_000), [Pacer(tps)], 60, measured_from=5)

    assert 0.97 * tps <= through <= 1.02 * tps
    assert sent <= 1.02 * tps


def test_calls_that_come_late_do_not_come_in_a_burst():
    pacer = Pacer(50)
    pacer.reserve(0.0)
    for second in range(1, 6):
        pacer.settle(second, refused=False)

    burst = sum(pacer.reserve(100.0) == 0 for _ in range(100))
    assert burst <= 1 + 0.1 * 50


@pytest.mark.parametrize("tps", [5, 50, 200])
def test_an_unknown_quota_is_found_and_used_and_little_is_sent_in_vain(tps):
    (through,), sent = simulate(Quota(tps), [Pacer()], 120, measured_from=30)

    assert through >= 0.95 * tps
    assert sent <= 1.35 * tps


def test_without_a_quota_the_pace_holds_nobody_back():
    (through,), _ = simulate(Quota(10_000), [Pacer()], 20, measured_from=3)

    assert through >= 0.9 * 500


def test_three_tasks_end_near_equal_shares_of_one_quota():
    quota = Quota(50)
    shares, _ = simulate(quota, [Pacer(), Pacer(), Pacer()], 600, measured_from=120)

    assert sum(shares) >= 0.9 * 50
    for share in shares:
        assert share == pytest.approx(50 / 3, rel=0.15)


def test_tasks_that_share_a_quota_never_send_a_multiple_of_it():
    _, sent = simulate(Quota(200), [Pacer(), Pacer(), Pacer()], 300, measured_from=60)

    assert sent <= 1.35 * 200


@pytest.mark.parametrize(("max_tps", "allowed"), [(50, 25), (None, 50)])
def test_with_half_of_all_calls_refused_most_of_what_the_quota_allows_gets_through(max_tps, allowed):
    runs = [
        simulate(Quota(50, noise=0.5, seed=seed), [Pacer(max_tps)], 200, measured_from=30)
        for seed in range(8)
    ]

    goodputs = [through for (through,), _ in runs]
    assert sum(goodputs) / len(goodputs) >= 0.8 * allowed
    assert min(goodputs) >= 0.5 * allowed


def test_the_pace_recovers_when_the_refusals_end():
    quota = Quota(50, noise=0.9)
    pacer = Pacer()
    simulate(quota, [pacer], 60)
    quota.noise, quota.at, quota.left = 0.0, 0.0, 50
    pacer._began, pacer._next_slot = None, None
    (through,), _ = simulate(quota, [pacer], 200, measured_from=100)

    assert through >= 0.9 * 50


def epoch(pacer, ends_at, *, done, refused):
    """Let a pacer hear of so many calls, the last of them when the epoch ends."""
    *others, last = [True] * refused + [False] * done
    for each in others:
        pacer.settle(ends_at - 0.5, refused=each)
    pacer.settle(ends_at, refused=last)


def test_cuts_that_helped_are_forgotten_so_that_nothing_later_takes_them_back():
    pacer = Pacer()
    pacer.reserve(-1.0)
    pacer.settle(0.0, refused=True)  # the end of the ramp
    for second in range(1, 3):  # too few are refused to tell why
        epoch(pacer, second, done=14, refused=2)
    assert pacer._cuts is not None

    for second in range(3, 5):
        epoch(pacer, second, done=16, refused=0)
    assert pacer._cuts is None


def test_an_answer_before_any_call_is_no_division_by_zero():
    Pacer().settle(5.0, refused=True)
