import pytest
from services.preflight.preflight_stage import state_of

from airflow_provider_rekmedia.core.images.prices import RegionQuota
from airflow_provider_rekmedia.services.preflight import check_quotas as module
from airflow_provider_rekmedia.services.preflight.check_quotas import check_quotas


def test_the_quotas_of_the_account_are_kept(stage):
    stage.emulator.configure(max_active_jobs=3, tps={"DetectModerationLabels": 7})
    state = state_of(stage)

    (finding,) = check_quotas(state)

    assert state.quota == RegionQuota(3, 7)
    assert str(finding) == "quotas: 3 jobs at once, 7 images a second"


def test_a_denied_question_is_a_note(stage):
    stage.emulator.deny("servicequotas:ListServiceQuotas")
    state = state_of(stage)

    (finding,) = check_quotas(state)

    assert (finding.outcome, state.quota) == ("note", None)
    assert "AWS's defaults: 20 jobs at once, 50 images a second" in finding.text


def test_names_that_are_not_recognized_are_a_note(stage, monkeypatch):
    monkeypatch.setattr(module, "iter_quotas", lambda client: [("Another quota", 1.0)])
    state = state_of(stage)

    (finding,) = check_quotas(state)

    assert (finding.outcome, state.quota) == ("note", None)


@pytest.mark.parametrize("others", [[], [("Transactions per second for DetectModerationLabels", 7.0)]])
def test_a_quota_of_0_is_a_note_and_never_the_default_in_silence(stage, monkeypatch, others):
    name = "Concurrent bulk image analysis jobs"
    monkeypatch.setattr(module, "iter_quotas", lambda client: [(name, 0.0), *others])

    (finding,) = check_quotas(state_of(stage))

    assert finding.outcome == "note"
    assert f"lists 0 for '{name}'" in finding.text
