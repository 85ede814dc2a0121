import re

import pytest

from airflow_provider_rekmedia.core import refusals
from airflow_provider_rekmedia.core.identity import TaskIdentity
from airflow_provider_rekmedia.core.per_image import Progress, Sequel, next_for_image, per_image_job_id

TASK = TaskIdentity("nightly", "2026-05-01", "moderate", -1)


def sequel(kind, *, faults=0, faults_in_a_row=0):
    refusal = getattr(refusals, kind)(operation="DetectModerationLabels", code="x", message="x")
    return next_for_image(refusal, faults=faults, faults_in_a_row=faults_in_a_row)


@pytest.mark.parametrize("kind", ["AccessDenied", "NoCredentials", "NotFound", "NotReady"])
def test_what_concerns_every_image_stops_the_job(kind):
    assert sequel(kind) is Sequel.STOP


@pytest.mark.parametrize("kind", ["ImageRefused", "ObjectUnreadable", "RequestRefused", "UnknownRefusal"])
def test_what_concerns_one_image_fails_it_alone(kind):
    assert sequel(kind) is Sequel.FAIL_IMAGE


def test_a_throttled_call_is_made_again_however_often():
    assert sequel("Throttled", faults=1_000, faults_in_a_row=1_000) is Sequel.AGAIN


def test_a_fault_is_ridden_out_until_the_image_has_had_its_tries():
    assert sequel("Unavailable", faults=4, faults_in_a_row=4) is Sequel.AGAIN
    assert sequel("Unavailable", faults=5, faults_in_a_row=5) is Sequel.FAIL_IMAGE


def test_faults_in_a_row_are_an_outage_and_no_images_own():
    assert sequel("Unavailable", faults=5, faults_in_a_row=25) is Sequel.STOP


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
