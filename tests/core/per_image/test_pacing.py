"""Runs the pacer against simulated quotas: without waiting, and deterministic."""

import pytest
from core.per_image.paced_tasks import Quota, simulate

from airflow_provider_rekmedia.core.per_image.pacing import CallOutcome, Pacer


@pytest.mark.parametrize("tps", [1, 5, 50, 200])
def test_max_tps_is_reached_and_not_exceeded(tps):
    (task,) = simulate(Quota(1_000), [Pacer(tps)], 65)

    assert task.done(5, 65) == pytest.approx(tps, rel=0.03)


def test_late_calls_do_not_cause_a_burst():
    pacer = Pacer(50)
    pacer.reserve(0.0)
    for second in range(1, 6):
        pacer.settle(second, CallOutcome.ACCEPTED)

    burst = sum(pacer.reserve(100.0) == 0 for _ in range(100))
    assert burst <= 1 + 0.1 * 50


@pytest.mark.parametrize(
    ("tps", "has_own_error"), [(5, True), (50, True), (200, True), (1_000, True), (5, False), (50, False)]
)
def test_an_unknown_quota_is_found_and_used_with_few_throttled_calls(tps, has_own_error):
    (task,) = simulate(Quota(tps, has_own_error=has_own_error), [Pacer()], 120, in_flight=400)

    assert task.done(30, 120) >= 0.95 * tps
    assert task.sent(30, 120) <= 1.35 * tps


def test_without_a_quota_the_pace_does_not_limit_the_rate():
    (task,) = simulate(Quota(10_000), [Pacer()], 20)
    mean_latency_s = 0.15

    assert task.done(8, 20) >= 0.9 * 50 / mean_latency_s


@pytest.mark.parametrize("tps", [5, 30, 50])
def test_with_a_quota_error_other_throttling_costs_little(tps):
    goodputs = []
    for seed in range(6):
        (task,) = simulate(Quota(tps, noise=0.5, seed=seed), [Pacer()], 120, seed=seed)
        goodputs.append(task.done(20, 120))

    assert sum(goodputs) / len(goodputs) >= 0.85 * tps
    assert min(goodputs) >= 0.6 * tps


@pytest.mark.parametrize(("max_tps", "allowed"), [(50, 25), (None, 50)])
def test_without_a_quota_error_cuts_show_that_throttling_has_another_cause(max_tps, allowed):
    goodputs = []
    for seed in range(8):
        quota = Quota(50, has_own_error=False, noise=0.5, seed=seed)
        (task,) = simulate(quota, [Pacer(max_tps)], 200, seed=seed)
        goodputs.append(task.done(30, 200))

    assert sum(goodputs) / len(goodputs) >= 0.7 * allowed
    assert min(goodputs) >= 0.4 * allowed


@pytest.mark.parametrize("begins_s", [0, 30])
@pytest.mark.parametrize("has_own_error", [True, False])
def test_the_pace_is_low_while_nearly_all_calls_are_throttled_and_recovers_after_it(has_own_error, begins_s):
    quota = Quota(50, has_own_error=has_own_error, noise=0.95, noise_from=begins_s, noise_until=90)
    (task,) = simulate(quota, [Pacer()], 220)

    assert task.sent(60, 90) <= 0.7 * 50
    assert task.done(150, 220) >= 0.9 * 50


def test_calls_over_the_quota_cut_the_pace_in_proportion():
    pacer = Pacer()
    for number in range(5):  # the ramp ends
        pacer.reserve(0.05 * number)
    pacer.settle(0.25, CallOutcome.OVER_QUOTA)
    before = pacer.tps
    for number in range(20):
        pacer.reserve(0.3 + number / before)
        pacer.settle(
            0.4 + number / before, CallOutcome.OVER_QUOTA if number % 10 == 9 else CallOutcome.ACCEPTED
        )

    assert 0.7 * before < pacer.tps < 0.9 * before


def test_a_small_quota_is_detected_within_seconds():
    pacer = Pacer()
    pacer.reserve(0.0)
    pacer.settle(0.3, CallOutcome.OVER_QUOTA)  # the ramp ends
    before = pacer.tps
    pacer.settle(5.4, CallOutcome.OVER_QUOTA)

    assert pacer.tps < before


def test_a_pace_that_is_not_reached_does_not_grow():
    pacer = Pacer(1_000)
    for second in range(1, 60):
        pacer.reserve(second)
        pacer.settle(second + 0.5, CallOutcome.ACCEPTED)

    assert pacer.tps == 20
