import pytest
from services.preflight.preflight_stage import findings_of, state_of

from airflow_provider_rekmedia.core.images.prices import RegionQuota
from airflow_provider_rekmedia.services.preflight import check_cost as module
from airflow_provider_rekmedia.services.preflight.check_cost import check_cost


@pytest.mark.parametrize(
    ("run", "line"),
    [
        ({}, "ok cost: 3 images, 0.00 US dollars"),
        ({"manifest": {"pattern": "1*"}}, "ok cost: 1 image,"),
        ({"source": ["s3://photos/1.jpg", "s3://photos/2.jpg"]}, "ok cost: 2 images"),
        ({"max_cost": 0.002}, "failed cost: Images to analyze: 3"),
        ({"source": "s3://photos/list.txt"}, "skipped cost: not estimated here"),
    ],
)
def test_the_images_that_the_filter_accepts_are_counted(stage, run, line):
    assert findings_of(check_cost, stage, **run)[0].startswith(line)


def test_the_count_ends_at_a_bound(stage, monkeypatch):
    monkeypatch.setattr(module, "_MAX_COUNTED", 2)

    assert findings_of(check_cost, stage)[0].startswith("ok cost: at least 2 images")


def test_the_estimate_uses_the_quotas_of_the_account(stage):
    state = state_of(stage)
    state.quota = RegionQuota(1, 1)

    list(check_cost(state))

    assert state.estimate.per_image_s == 3


def test_a_source_that_cannot_be_listed_is_not_counted(stage):
    stage.emulator.deny("s3:ListBucket", "photos/*")

    assert findings_of(check_cost, stage)[0].startswith("skipped cost")
    state = state_of(stage)
    state.unusable_buckets.add("photos")
    assert next(iter(check_cost(state))).outcome == "skipped"
