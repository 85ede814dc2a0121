import pytest

from airflow_provider_rekmedia.core import errors
from airflow_provider_rekmedia.core.per_image.call_decision import (
    NextAction,
    call_outcome,
    has_read_image,
    is_image_error,
    next_action,
)
from airflow_provider_rekmedia.core.per_image.pacing import CallOutcome


def refusal_of(kind, code="x"):
    return getattr(errors, kind)(operation="DetectModerationLabels", code=code, message="x")


def action(kind, code="x", *, faults=0, in_a_row=0, silent_s=0.0):
    return next_action(refusal_of(kind, code), faults=faults, in_a_row=in_a_row, silent_s=silent_s)


@pytest.mark.parametrize("kind", ["AccessDenied", "HostNotFound", "NoCredentials", "NotFound", "NotReady"])
def test_a_refusal_that_concerns_every_image_stops_the_job(kind):
    assert action(kind) is NextAction.STOP_JOB


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("ImageRefused", "InvalidImageFormatException"),
        ("ImageRefused", "ImageTooLargeException"),
        ("RequestRefused", "InvalidParameterException"),
    ],
)
def test_a_refusal_of_an_image_that_was_read_fails_only_that_image(kind, code):
    assert action(kind, code, in_a_row=100, silent_s=100) is NextAction.FAIL_IMAGE
    assert is_image_error(refusal_of(kind, code))
    assert has_read_image(refusal_of(kind, code))


def test_an_object_that_cannot_be_read_makes_the_image_a_suspect():
    assert action("ObjectUnreadable", "InvalidS3ObjectException") is NextAction.SUSPECT_IMAGE
    assert is_image_error(refusal_of("ObjectUnreadable"))
    assert not has_read_image(refusal_of("ObjectUnreadable", "InvalidS3ObjectException"))


@pytest.mark.parametrize(
    "kind", ["AccessDenied", "LimitReached", "Throttled", "Unavailable", "UnknownRefusal"]
)
def test_an_ambiguous_refusal_is_not_an_image_error(kind):
    assert not is_image_error(refusal_of(kind))


def test_a_throttled_call_is_always_retried():
    assert action("Throttled", faults=1_000, in_a_row=1_000, silent_s=1_000) is NextAction.RETRY


@pytest.mark.parametrize(
    ("refusal", "outcome"),
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
def test_the_documented_quota_error_is_recognized(refusal, outcome):
    assert call_outcome(refusal) is outcome


def test_a_fault_is_retried_a_limited_number_of_times():
    assert action("Unavailable", faults=4, in_a_row=4) is NextAction.RETRY
    assert action("Unavailable", faults=5, in_a_row=5) is NextAction.SUSPECT_IMAGE


def test_an_unknown_code_makes_the_image_a_suspect():
    assert action("UnknownRefusal") is NextAction.SUSPECT_IMAGE


@pytest.mark.parametrize("kind", ["Unavailable", "UnknownRefusal"])
def test_refusals_in_a_row_are_an_outage_only_if_they_last(kind):
    assert action(kind, faults=1, in_a_row=25, silent_s=10) is NextAction.STOP_JOB
    assert action(kind, faults=1, in_a_row=24, silent_s=60) is not NextAction.STOP_JOB
    assert action(kind, faults=1, in_a_row=1_000, silent_s=9.9) is not NextAction.STOP_JOB
