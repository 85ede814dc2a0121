"""
How often the drift alarm fires on calm runs, and how often it finds a real shift.

    python tests/benchmarks/drift.py [RUNS]

A calm run draws its images from the same shares as the 28 runs before it. A run with weekdays adds what real
uploads have: on each day of the week, all shares are up to a third higher or lower, the same for both sides.
"""

import sys

import numpy as np

from airflow_provider_rekmedia.core.report.drift import DriftStatus, find_drift
from airflow_provider_rekmedia.core.report.report_tally import DecidingRule
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

SHARES = {
    ("Explicit", Decision.BLOCK): 0.02,
    ("Violence", Decision.BLOCK): 0.005,
    ("Hate Symbols", Decision.BLOCK): 0.002,
    ("Explicit", Decision.REVIEW): 0.03,
    ("Alcohol", Decision.REVIEW): 0.04,
    ("Gambling", Decision.REVIEW): 0.01,
    ("Swimwear or Underwear", Decision.ALLOW): 0.08,
    ("default", Decision.ALLOW): 0.05,
}
WEEKDAYS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.33)
BASELINE = 28


def draw(dice, images, factor=1.0, **more):
    """One run: each image by the shares, some of them with a factor."""
    shares = [share * factor * more.get(verdict.value, 1.0) for (_, verdict), share in SHARES.items()]
    *counts, unlabelled = dice.multinomial(images, [*shares, 1 - sum(shares)]).tolist()
    groups = [DecidingRule(*group, count) for group, count in zip(SHARES, counts, strict=True)]
    return (*groups, DecidingRule("", Decision.ALLOW, unlabelled))


def alarms(images, runs, *, seed=1, weekdays=False, **shift):
    """The number of alarms in runs that follow 28 calm ones of the same kind."""
    dice = np.random.default_rng(seed)
    factors = WEEKDAYS if weekdays else (1.0,)
    history = [draw(dice, images, factors[day % len(factors)]) for day in range(BASELINE)]
    found = 0
    for day in range(BASELINE, BASELINE + runs):
        factor = factors[day % len(factors)]
        run = draw(dice, images, factor, **shift)
        found += find_drift(run, history[-BASELINE:]).status is DriftStatus.ALARM
        history.append(draw(dice, images, factor))
    return found


def main(runs):
    cases = [
        ("calm", {}),
        ("weekdays", {"weekdays": True}),
        ("blocked x 1.5", {"block": 1.5}),
        ("blocked x 2", {"block": 2.0}),
        ("blocked x 4", {"block": 4.0}),
        ("reviewed x 1.5", {"review": 1.5}),
    ]
    for name, case in cases:
        for images in (100, 1_000, 10_000):
            found = alarms(images, runs, **case)
            print(f"{name:16} {images:7,} images a run: {found:5,} alarms in {runs:,} runs", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000)
