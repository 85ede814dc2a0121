import pytest
from services.preflight.preflight_stage import OUTPUT, SOURCE

from airflow_provider_rekmedia.core.errors import ConnectionMissing, NoCredentials, PreflightFailed
from airflow_provider_rekmedia.core.preflight.run_folders import arguments_below
from airflow_provider_rekmedia.services.preflight import run_preflight as module
from airflow_provider_rekmedia.services.preflight.run_preflight import run_preflight


def outcomes(stage, *, check_connection=lambda: None, **changes):
    arguments = arguments_below(OUTPUT, **{"source": SOURCE, "engine": "bulk"} | changes)
    result = run_preflight(arguments, stage, check_connection=check_connection)
    return result, {finding.check: str(finding.outcome) for finding in result.findings}


def test_a_sound_run_has_no_failure(stage):
    result, by_check = outcomes(stage, policy="social_network", ledger="s3://analysis/l/")

    assert set(by_check.values()) == {"ok"}
    result.check()
    assert result.as_dict()["estimate"]["images"] == 3
    assert "identity" not in {finding["check"] for finding in result.as_dict()["findings"]}


def test_an_error_of_one_check_does_not_stop_the_next(stage):
    stage.emulator.inject("closed", message="not available to this account")

    result, by_check = outcomes(stage, policy="no_such_policy")

    assert (by_check["policy"], by_check["engine"], by_check["cost"]) == ("failed", "failed", "ok")
    with pytest.raises(PreflightFailed, match="checks that failed: 2"):
        result.check()


@pytest.mark.parametrize(
    ("policy", "outcome"), [("no_such_policy", "failed"), ("s3://photos/policy.yaml", "skipped")]
)
def test_without_a_connection_only_local_checks_are_made(stage, policy, outcome):
    def fail():
        raise ConnectionMissing(connection="nightly")

    _, by_check = outcomes(stage, check_connection=fail, policy=policy)

    assert by_check.pop("connection") == "failed"
    assert by_check.pop("policy") == outcome
    assert (by_check.pop("arguments"), by_check.pop("extras", None)) == (
        "ok",
        "skipped" if outcome == "skipped" else None,
    )
    assert set(by_check.values()) == {"skipped"}


def test_without_credentials_the_other_checks_of_aws_are_skipped(stage, monkeypatch):
    def refuse(state):
        raise NoCredentials(operation="GetCallerIdentity", code="Code", message="no")

    monkeypatch.setattr(module, "_CHECKS", module._CHECKS | {"identity": refuse})

    result, by_check = outcomes(stage)

    assert (by_check["identity"], by_check["write"]) == ("failed", "skipped")
    assert result.as_dict()["quotas"] is None
