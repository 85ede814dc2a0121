import pytest

from airflow_provider_rekmedia.core import errors
from airflow_provider_rekmedia.core.per_image.call_decision import (
    NextAction,
    call_outcome,
    is_image_error,
    next_action,
)
from airflow_provider_rekmedia.core.per_image.pacing import CallOutcome


def refusal_of(kind, code="x"):
    return getattr(errors, kind)(operation="DetectModerationLabels", code=code, message="x")


def sequel(kind, *, faults=0, in_a_row=0, silent_s=0.0):
    return next_action(refusal_of(kind), faults=faults, in_a_row=in_a_row, silent_s=silent_s)


@pytest.mark.parametrize("kind", ["AccessDenied", "NoCredentials", "NotFound", "NotReady"])
def test_what_concerns_every_image_stops_the_job(kind):
    assert sequel(kind) is NextAction.STOP_JOB


@pytest.mark.parametrize("kind", ["ImageRefused", "ObjectUnreadable", "RequestRefused"])
def test_what_concerns_one_image_fails_it_alone(kind):
    assert sequel(kind, in_a_row=100, silent_s=100) is NextAction.FAIL_IMAGE
    assert is_image_error(refusal_of(kind))


@pytest.mark.parametrize(
    "kind", ["AccessDenied", "LimitReached", "Throttled", "Unavailable", "UnknownRefusal"]
)
def test_a_refusal_that_says_nothing_of_the_image_is_no_outcome(kind):
    assert not is_image_error(refusal_of(kind))


def test_a_throttled_call_is_made_again_however_often():
    assert sequel("Throttled", faults=1_000, in_a_row=1_000, silent_s=1_000) is NextAction.RETRY


@pytest.mark.parametrize(
    ("refusal", "reply"),
    [
        (None, CallOutcome.ACCEPTED),
        (refusal_of("ImageRefused", "InvalidImageFormatException"), CallOutcome.ACCEPTED),
        (refusal_of("Unavailable", "InternalServerError"), CallOutcome.ACCEPTED),
        # "Provisioned Rate exceeded." and "Slow down; sudden increase in rate of requests.", AWS documents:
        # https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
        (refusal_of("Throttled", "ProvisionedThroughputExceededException"), CallOutcome.OVER_QUOTA),
        (refusal_of("Throttled", "ThrottlingException"), CallOutcome.THROTTLED),
        (refusal_of("Throttled", "TooManyRequestsException"), CallOutcome.THROTTLED),
    ],
)
def test_the_pace_hears_of_the_quota_by_the_error_that_aws_documents_for_it(refusal, reply):
    assert call_outcome(refusal) is reply


def test_a_fault_is_ridden_out_until_the_image_has_had_its_tries():
    assert sequel("Unavailable", faults=4, in_a_row=4) is NextAction.RETRY
    assert sequel("Unavailable", faults=5, in_a_row=5) is NextAction.SUSPECT_IMAGE


def test_a_code_that_nobody_knows_is_not_asked_for_again():
    assert sequel("UnknownRefusal") is NextAction.SUSPECT_IMAGE


@pytest.mark.parametrize("kind", ["Unavailable", "UnknownRefusal"])
def test_refusals_in_a_row_are_everybodys_only_when_they_last(kind):
    assert sequel(kind, faults=1, in_a_row=25, silent_s=10) is NextAction.STOP_JOB
    assert sequel(kind, faults=1, in_a_row=24, silent_s=60) is not NextAction.STOP_JOB
    assert sequel(kind, faults=1, in_a_row=1_000, silent_s=9.9) is not NextAction.STOP_JOB
