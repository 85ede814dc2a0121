import pytest
from services.preflight.preflight_stage import findings_of

from airflow_provider_rekmedia.core.errors import InvalidPolicy, PolicyMissing
from airflow_provider_rekmedia.services.preflight.check_policy import check_policy


def test_a_policy_is_named(stage):
    assert findings_of(check_policy, stage, policy="social_network") == [
        "ok policy: social-network, 7 rules for labels"
    ]
    assert "every image with a label will be reviewed" in findings_of(check_policy, stage)[0]


@pytest.mark.parametrize(
    ("policy", "error"),
    [
        ("social_netwrk", PolicyMissing),
        ("s3://photos/no-such.yaml", PolicyMissing),
        ({"labels": {"Violense": "block"}}, InvalidPolicy),
        ("children", InvalidPolicy),  # its lowest threshold is 30, and the job returns labels from 50
    ],
)
def test_a_policy_that_cannot_be_used_is_an_error(stage, policy, error):
    with pytest.raises(error):
        findings_of(check_policy, stage, policy=policy)


def test_the_confidence_of_the_job_may_be_as_low_as_the_threshold(stage):
    assert findings_of(check_policy, stage, policy="children", min_confidence=30)
