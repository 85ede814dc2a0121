import pytest
from services.preflight.preflight_stage import findings_of

from airflow_provider_rekmedia.core.errors import AccessDenied, NoCredentials
from airflow_provider_rekmedia.services.preflight import check_identity as module
from airflow_provider_rekmedia.services.preflight.check_identity import check_identity

REFUSAL = {"operation": "GetCallerIdentity", "code": "Code", "message": "no"}


def test_the_identity_is_named(stage):
    (line,) = findings_of(check_identity, stage)

    assert line.startswith("ok identity: arn:aws:sts::123456789012:")
    assert line.endswith("in us-east-1")


def test_an_sts_that_does_not_reply_is_a_note(stage, monkeypatch):
    def refuse(client):
        raise AccessDenied(**REFUSAL)

    monkeypatch.setattr(module, "fetch_identity", refuse)

    assert findings_of(check_identity, stage) == ["note identity: unknown, because STS did not say it: Code"]


def test_wrong_credentials_are_an_error(stage, monkeypatch):
    def refuse(client):
        raise NoCredentials(**REFUSAL)

    monkeypatch.setattr(module, "fetch_identity", refuse)

    with pytest.raises(NoCredentials):
        findings_of(check_identity, stage)
