import pytest
from services.preflight.preflight_stage import findings_of, state_of

from airflow_provider_rekmedia.services.preflight import check_region as module
from airflow_provider_rekmedia.services.preflight.check_region import check_region


def test_each_bucket_is_named_once_with_its_arguments(stage):
    assert findings_of(check_region, stage) == [
        "ok region us-east-1: has Rekognition",
        "ok bucket photos (source): exists",
        "ok bucket analysis (manifest_prefix, output, verdicts, report): exists",
    ]


@pytest.mark.parametrize(
    ("ledger", "text"),
    [("s3://no-such-bucket/l/", "There is no such bucket"), ("s3://far-away/l/", "is in eu-west-1")],
)
def test_a_bucket_that_cannot_be_used_is_found_and_not_called_again(stage, ledger, text):
    stage.emulator.client("s3", "eu-west-1").create_bucket(
        Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    state = state_of(stage, ledger=ledger)

    *_, finding = check_region(state)

    assert finding.outcome == "failed"
    assert text in finding.text
    assert state.unusable_buckets == {ledger.split("/")[2]}


def test_a_region_without_rekognition_is_found(stage, monkeypatch):
    monkeypatch.setattr(module, "other_regions", lambda client: ("us-east-1", "us-west-2"))

    assert findings_of(check_region, stage)[0].startswith(
        "failed region us-east-1: boto3 knows no Rekognition"
    )
