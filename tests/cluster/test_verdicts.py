"""The verdict on a night finds each broken promise. No cluster is started here."""

from collections import Counter
from dataclasses import replace

import pytest
from cluster.nights import Outcome
from cluster.verdicts import find_problems, format_verdict

IMAGES = {"nightly_moderation": 20, "moderate_bulk": 20, "moderate_per_image": 100}
ALL_IMAGES = 140

GOOD = Outcome(
    images=IMAGES,
    states=dict.fromkeys(IMAGES, "success"),
    counts={dag_id: {"images": count, "analyzed": count} for dag_id, count in IMAGES.items()},
    tries={"moderate_per_image.moderate[0]": 3, "moderate_bulk.moderate[0]": 1},
    jobs_by_manifest=Counter({"a": 1, "b": 1}),
    billed=ALL_IMAGES + 10,
    logs=dict.fromkeys(IMAGES, 5),
    xcoms=dict.fromkeys(IMAGES, 2),
    duration_s=90.0,
)


def test_a_night_within_its_bound_has_no_problem():
    assert find_problems(GOOD, extra_images=10) == []


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        (replace(GOOD, jobs_by_manifest=Counter({"a": 2})), "2 jobs were started for a"),
        (replace(GOOD, billed=ALL_IMAGES + 11), "151 images were billed"),
        (replace(GOOD, billed=ALL_IMAGES - 1), "139 images were billed"),
        (replace(GOOD, states=GOOD.states | {"moderate_bulk": "failed"}), "moderate_bulk ended failed"),
        (replace(GOOD, logs=GOOD.logs | {"moderate_bulk": 0}), "moderate_bulk has no logs in S3"),
        (replace(GOOD, xcoms=GOOD.xcoms | {"moderate_bulk": 0}), "moderate_bulk has no XComs in S3"),
        (replace(GOOD, noise=2), "2 log lines say that an XCom was not found"),
        (replace(GOOD, counts=GOOD.counts | {"moderate_bulk": {}}), "moderate_bulk has 20 images"),
        (
            replace(GOOD, counts=GOOD.counts | {"moderate_bulk": {"images": 20, "analyzed": 19}}),
            "moderate_bulk has 20 images",
        ),
    ],
)
def test_every_broken_promise_is_a_problem(outcome, problem):
    (found,) = find_problems(outcome, extra_images=10)

    assert found.startswith(problem)


def test_the_verdict_is_one_line():
    verdict = format_verdict("redis_lost", GOOD, extra_images=10, problems=[])

    assert verdict == (
        "ok   redis_lost                  2 jobs for 2 manifests; 140 of 140 images analyzed; 150 billed, "
        "at most 150; runs: success, 2 retries; 90 s"
    )
