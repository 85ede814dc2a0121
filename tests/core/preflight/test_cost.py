import pytest

from airflow_provider_rekmedia.core.images.estimate import estimate
from airflow_provider_rekmedia.core.preflight.cost import judge_cost
from airflow_provider_rekmedia.core.preflight.planned_run import plan_run
from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments

FIGURES = estimate(10_000, image_bytes=None, shards=1, region="us-east-1")


@pytest.mark.parametrize(
    ("manifest", "outcome", "text"),
    [
        ({}, "ok", "at least 10,000 images, 10.00 US dollars"),
        ({"max_cost": 10}, "ok", "10.00 US dollars"),
        ({"max_cost": 9}, "failed", "exceeds max_cost=9.0"),
        ({"max_total_images": 9_999}, "failed", "exceeds max_total_images=9999"),
        ({"max_cost": 9, "ledger": "s3://b/l/"}, "note", "the task manifest will fail"),
        ({"max_cost": 11, "ledger": "s3://b/l/"}, "ok", "less those in the ledger"),
    ],
)
def test_the_budget_is_compared_with_what_was_counted(manifest, outcome, text):
    plan, _ = plan_run(RunArguments(engine="bulk", manifest=manifest))

    finding = judge_cost(plan, FIGURES, is_complete=False)

    assert (finding.outcome, text in finding.text) == (outcome, True)


def test_a_complete_count_is_exact():
    plan, _ = plan_run(RunArguments(engine="bulk"))

    assert judge_cost(plan, FIGURES, is_complete=True).text.startswith("10,000 images")
