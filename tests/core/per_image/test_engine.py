import re

import pytest

from airflow_provider_rekmedia.core import refusals
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.per_image.engine import (
    Progress,
    Sequel,
    is_about_image,
    next_for_image,
    per_image_job_id,
    reply_of,
)
from airflow_provider_rekmedia.core.per_image.pacing import Reply

TASK = TaskIdentity("nightly", "2026-05-01", "moderate", -1)


def refusal_of(kind, code="x"):
    return getattr(refusals, kind)(operation="DetectModerationLabels", code=code, message="x")


def sequel(kind, *, faults=0, in_a_row=0, silent_s=0.0):
    return next_for_image(refusal_of(kind), faults=faults, in_a_row=in_a_row, silent_s=silent_s)


@pytest.mark.parametrize("kind", ["AccessDenied", "NoCredentials", "NotFound", "NotReady"])
def test_what_concerns_every_image_stops_the_job(kind):
    assert sequel(kind) is Sequel.STOP


@pytest.mark.parametrize("kind", ["ImageRefused", "ObjectUnreadable", "RequestRefused"])
def test_what_concerns_one_image_fails_it_alone(kind):
    assert sequel(kind, in_a_row=100, silent_s=100) is Sequel.FAIL_IMAGE
    assert is_about_image(refusal_of(kind))


@pytest.mark.parametrize(
    "kind", ["AccessDenied", "LimitReached", "Throttled", "Unavailable", "UnknownRefusal"]
)
def test_a_refusal_that_says_nothing_of_the_image_is_no_outcome(kind):
    assert not is_about_image(refusal_of(kind))


def test_a_throttled_call_is_made_again_however_often():
    assert sequel("Throttled", faults=1_000, in_a_row=1_000, silent_s=1_000) is Sequel.AGAIN


@pytest.mark.parametrize(
    ("refusal", "reply"),
    [
        (None, Reply.TAKEN),
        (refusal_of("ImageRefused", "InvalidImageFormatException"), Reply.TAKEN),
        (refusal_of("Unavailable", "InternalServerError"), Reply.TAKEN),
        # "Provisioned Rate exceeded." and "Slow down; sudden increase in rate of requests.", AWS documents:
        # https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
        (refusal_of("Throttled", "ProvisionedThroughputExceededException"), Reply.OVER_QUOTA),
        (refusal_of("Throttled", "ThrottlingException"), Reply.THROTTLED),
        (refusal_of("Throttled", "TooManyRequestsException"), Reply.THROTTLED),
    ],
)
def test_the_pace_hears_of_the_quota_by_the_error_that_aws_documents_for_it(refusal, reply):
    assert reply_of(refusal) is reply


def test_a_fault_is_ridden_out_until_the_image_has_had_its_tries():
    assert sequel("Unavailable", faults=4, in_a_row=4) is Sequel.AGAIN
    assert sequel("Unavailable", faults=5, in_a_row=5) is Sequel.DOUBT_IMAGE


def test_a_code_that_nobody_knows_is_not_asked_for_again():
    assert sequel("UnknownRefusal") is Sequel.DOUBT_IMAGE


@pytest.mark.parametrize("kind", ["Unavailable", "UnknownRefusal"])
def test_refusals_in_a_row_are_everybodys_only_when_they_last(kind):
    assert sequel(kind, faults=1, in_a_row=25, silent_s=10) is Sequel.STOP
    assert sequel(kind, faults=1, in_a_row=24, silent_s=60) is not Sequel.STOP
    assert sequel(kind, faults=1, in_a_row=1_000, silent_s=9.9) is not Sequel.STOP


def test_a_job_id_is_one_that_aws_could_take_and_never_gives():
    job_id = per_image_job_id(TASK, "f" * 64, 0)

    assert re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", job_id)
    assert not re.fullmatch(r"[0-9a-f]{64}", job_id)
    assert job_id == per_image_job_id(TASK, "f" * 64, 0)
    assert len({job_id, per_image_job_id(TASK, "f" * 64, 1), per_image_job_id(TASK, "e" * 64, 0)}) == 3


def test_progress_tells_what_is_left_and_for_how_long():
    progress = Progress(total=100, done=40, failed=1, tps=20.0, throttled=0)

    assert (progress.left, progress.eta_s) == (60, 3.0)
    assert Progress(total=100, done=0, failed=0, tps=0.0, throttled=9).eta_s is None
