import pytest
from services.preflight.preflight_stage import OUTPUT, SOURCE

from airflow_provider_rekmedia.core.errors import PreflightFailed
from airflow_provider_rekmedia.core.preflight.run_folders import arguments_below
from airflow_provider_rekmedia.services.preflight.count_images import count_images


def test_the_images_are_counted_and_nothing_is_written(stage):
    created = count_images(arguments_below(OUTPUT, source=SOURCE, engine="bulk"), stage)

    assert (created.images, created.skipped, created.uris) == (3, {"not_jpeg_or_png": 1}, [])
    assert "Contents" not in stage.s3.list_objects_v2(Bucket="analysis")


@pytest.mark.parametrize("wrong", [{"ledger": "not a uri"}, {"actions": {"block": "fly"}}])
def test_an_argument_that_cannot_be_used_is_an_error_and_nothing_is_counted(stage, wrong):
    with pytest.raises(PreflightFailed, match=next(iter(wrong))):
        count_images(arguments_below(OUTPUT, source=SOURCE, engine="bulk", **wrong), stage)
