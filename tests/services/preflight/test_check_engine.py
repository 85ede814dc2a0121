import pytest
from services.preflight.preflight_stage import findings_of

from airflow_provider_rekmedia.core.errors import AccessDenied, NoCredentials, ServiceClosed
from airflow_provider_rekmedia.services.preflight.check_engine import check_engine


@pytest.mark.parametrize(
    ("engine", "line"),
    [
        ("bulk", "ok engine bulk: the account is open to it"),
        ("per_image", "ok engine per_image: DetectModerationLabels is allowed"),
    ],
)
def test_an_engine_that_can_be_used_costs_nothing(stage, engine, line):
    assert findings_of(check_engine, stage, engine=engine) == [line]
    assert stage.paid() == (0, 0)


def test_a_closed_account_is_an_error(stage):
    stage.emulator.inject("closed", message="no longer available to new customers")

    with pytest.raises(ServiceClosed):
        findings_of(check_engine, stage)


def test_a_denied_list_of_jobs_is_a_note_that_names_both_causes(stage):
    stage.emulator.deny("rekognition:ListMediaAnalysisJobs")

    (line,) = findings_of(check_engine, stage)

    assert line.startswith("note engine bulk: ListMediaAnalysisJobs was denied")
    assert "the account is closed to bulk analysis" in line


def test_a_denied_call_per_image_is_an_error(stage):
    stage.emulator.deny("rekognition:DetectModerationLabels")

    with pytest.raises(AccessDenied):
        findings_of(check_engine, stage, engine="per_image")


@pytest.mark.parametrize(
    ("engine", "operation"),
    [("bulk", "ListMediaAnalysisJobs"), ("per_image", "DetectModerationLabels")],
)
def test_throttling_is_a_note_because_the_engine_waits(stage, engine, operation):
    stage.emulator.inject("throttle", operation=operation, times=None)

    (line,) = findings_of(check_engine, stage, engine=engine)

    assert line.startswith(f"note engine {engine}: not checked")


def test_missing_credentials_are_an_error(stage):
    stage.emulator.inject("expired_credentials", operation="DetectModerationLabels")

    with pytest.raises(NoCredentials):
        findings_of(check_engine, stage, engine="per_image")
