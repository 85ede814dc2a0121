"""Simulates tasks that share a quota, as discrete events with jitter: fast, and deterministic for a seed."""

import heapq
import itertools
import random
from dataclasses import dataclass, field

from airflow_provider_rekmedia.core.per_image.pacing import CallOutcome


class Quota:
    """
    A token bucket for the calls of one second, as in the emulator.

    :param has_own_error: Whether a call above the quota gets the documented quota error. Otherwise it is only
        throttled.
    :param noise: The share of calls that are throttled for another cause, between two times. Such a call uses
        no token.
    """

    def __init__(
        self, tps, *, has_own_error=True, noise=0.0, noise_from=0.0, noise_until=float("inf"), seed=0
    ):
        self.tps, self.left, self.at = tps, float(tps), 0.0
        self.above = CallOutcome.OVER_QUOTA if has_own_error else CallOutcome.THROTTLED
        self.noise, self.noise_from, self.noise_until = noise, noise_from, noise_until
        self.dice = random.Random(seed)  # noqa: S311 a seeded simulation

    def answer(self, now):
        self.left = min(max(1.0, self.tps), self.left + (now - self.at) * self.tps)
        self.at = now
        if self.noise_from <= now < self.noise_until and self.dice.random() < self.noise:
            return CallOutcome.THROTTLED
        if self.left < 1:
            return self.above
        self.left -= 1
        return CallOutcome.ACCEPTED


@dataclass(eq=False)
class Caller:
    """A task or another client: the times of its calls, and of the accepted ones."""

    pace: object
    free: int
    waits: bool = False
    sent_at: list[float] = field(default_factory=list)
    done_at: list[float] = field(default_factory=list)

    def sent(self, since, until):
        return sum(since <= at < until for at in self.sent_at) / (until - since)

    def done(self, since, until):
        return sum(since <= at < until for at in self.done_at) / (until - since)


class Steady:
    """A client with a constant pace."""

    def __init__(self, tps):
        self.tps, self.next = tps, 0.0

    def reserve(self, now):
        slot = max(self.next, now)
        self.next = slot + 1 / self.tps
        return slot - now

    def settle(self, now, outcome):
        pass


def simulate(quota, paces, seconds, *, seed=0, in_flight=50, starts_within_s=5.0):
    """
    Run tasks with *in_flight* threads each. As in the engine, one thread at a time waits for its slot.

    :return: Callers, in the order of *paces*.
    """
    dice = random.Random(seed)  # noqa: S311 a seeded simulation
    callers = [Caller(pace, in_flight) for pace in paces]
    order = itertools.count()
    events = [(dice.uniform(0, starts_within_s), next(order), caller, "ask", None) for caller in callers]
    heapq.heapify(events)

    def then(at, caller, step, outcome=None):
        heapq.heappush(events, (at, next(order), caller, step, outcome))

    while events[0][0] < seconds:
        now, _, caller, step, outcome = heapq.heappop(events)
        if step == "ask":
            caller.free -= 1
            then(now + caller.pace.reserve(now) + dice.uniform(0, 0.001), caller, "call")
        elif step == "call":
            outcome = quota.answer(now)
            caller.sent_at.append(now)
            if outcome is CallOutcome.ACCEPTED:
                caller.done_at.append(now)
            then(now + dice.uniform(0.05, 0.25), caller, "answer", outcome)
            caller.waits = not caller.free
            if caller.free:
                then(now, caller, "ask")
        else:
            caller.pace.settle(now, outcome)
            caller.free += 1
            if caller.waits:
                caller.waits = False
                then(now, caller, "ask")
    return callers
