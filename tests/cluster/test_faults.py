"""Twelve faults in a cluster as in production: run them with ``make cluster``."""

import importlib.util

import pytest

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(
        importlib.util.find_spec("celery") is None, reason="make cluster has an environment of its own"
    ),
]

from cluster.faults import FAULTS  # noqa: E402
from cluster.nights import Night  # noqa: E402
from cluster.verdicts import find_problems, format_verdict  # noqa: E402


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_night_keeps_the_promises(cluster, report_verdict, fault):
    cluster.wait_until_healthy()
    night = Night(cluster, fault.name, per_image=fault.per_image)

    fault.happen(cluster, night)

    outcome = night.outcome()
    problems = find_problems(outcome, extra_images=fault.extra_images)
    report_verdict(format_verdict(fault.name, outcome, extra_images=fault.extra_images, problems=problems))
    assert not problems
