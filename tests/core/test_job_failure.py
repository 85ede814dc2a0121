import pytest
from core.truth import enum

from airflow_provider_rekmedia.core.job_failure import FailureCode, JobFailure


def test_the_failure_codes_are_those_of_botocores_model():
    assert [str(code) for code in FailureCode] == enum("MediaAnalysisJobFailureCode")


@pytest.mark.parametrize("code", FailureCode)
def test_every_code_has_advice(code):
    assert JobFailure(code, "").advice.endswith(".")


def test_an_unknown_code_may_be_retried():
    failure = JobFailure("NEW_CODE", "hm")
    assert failure.is_retryable
    assert "does not know this code" in failure.advice
