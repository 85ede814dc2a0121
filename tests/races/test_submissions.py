"""Attempts of one bulk task that submit at once, in every order of their calls."""

from dataclasses import replace

import pytest
from aws_stage import MANIFEST, OUTPUT
from fuzz.memory_s3 import MemoryS3
from races.bulk_service import NOON, BulkService
from races.interleavings import Stepped, all_schedules, random_schedules, run_at_once

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.jobs.submission_records import SubmissionRecordStore
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import LimitReached
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, fingerprint
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest, encode_request
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob, SubmissionRequest
from airflow_provider_rekmedia.services.submit_job import bulk_record_uri, submit_or_attach

MEMBERS = encode_request(MediaAnalysisRequest(manifest=MANIFEST, output=OUTPUT, job_name="nightly"))
IDENTITY = TaskIdentity("nightly", "2026-11-20", "moderate", -1)
RECORD = bulk_record_uri(OUTPUT, IDENTITY)


def asked(clears=0, existing_job=ExistingJob.REATTACH):
    return SubmissionRequest(
        identity=IDENTITY,
        fingerprint=fingerprint(MEMBERS, content="etag", route="here"),
        request=MEMBERS,
        clears=clears,
        existing_job=existing_job,
    )


class Scene:
    """A bucket, a service that refuses up to *refusals* starts, and attempts that submit."""

    def __init__(self, schedule, refusals=0):
        self.s3 = MemoryS3()
        self.refusals = refusals
        self.schedule = schedule
        self.service = BulkService(self.is_refused)

    def is_refused(self):
        if not self.refusals or not self.schedule.choose(2):
            return False
        self.refusals -= 1
        return True

    def submit(self, attempt=None, submission=None):
        s3, service = (Stepped(c, attempt) if attempt else c for c in (self.s3, self.service))
        return submit_or_attach(
            submission or asked(),
            jobs=MediaAnalysisJobs(service),
            records=SubmissionRecordStore(S3Objects(s3), RECORD),
            clock=lambda: NOON,
        )

    def submit_cleared(self, attempt):
        return self.submit(attempt, asked(clears=1, existing_job=ExistingJob.RESTART))

    def record(self):
        return SubmissionRecordStore(S3Objects(self.s3), RECORD).read()


def check_one_job(scene, attempts):
    """Every attempt that ended well has the job, and a later try finds it without the token."""
    assert len(scene.service.jobs) <= 1
    submitted = {attempt.result.job_id for attempt in attempts if attempt.result}
    if submitted:
        assert scene.record().job_id in submitted
    scene.service.forget_tokens()
    scene.refusals = 0
    submitted.add(scene.submit().job_id)
    assert len(scene.service.jobs) == len(submitted) == 1


def test_two_attempts_one_of_which_is_refused_end_with_one_recorded_job():
    for schedule in all_schedules():
        scene = Scene(schedule, refusals=1)
        check_one_job(scene, run_at_once(schedule, scene.submit, scene.submit))


def test_two_attempts_one_of_which_is_killed_end_with_one_recorded_job():
    for schedule in random_schedules(200):
        scene = Scene(schedule, refusals=1)
        attempts = run_at_once(schedule, scene.submit, scene.submit, kills=1)
        assert len(scene.service.jobs) <= 1
        assert len({attempt.result.job_id for attempt in attempts if attempt.result}) <= 1
        scene.refusals = 0
        submitted = scene.submit()
        assert [job["JobId"] for job in scene.service.jobs] == [submitted.job_id]
        assert scene.record().job_id == submitted.job_id


@pytest.mark.parametrize("refusals", [0, 2])
def test_three_attempts_end_with_one_recorded_job(refusals):
    for schedule in random_schedules(300):
        scene = Scene(schedule, refusals)
        check_one_job(scene, run_at_once(schedule, scene.submit, scene.submit, scene.submit))


def test_after_a_failed_job_two_attempts_end_with_one_more_job():
    for schedule in random_schedules(200):
        scene = Scene(schedule)
        failed = scene.submit()
        scene.service.end_all("FAILED")
        scene.refusals = 1
        attempts = run_at_once(schedule, scene.submit, scene.submit)
        assert len(scene.service.jobs) <= 2
        submitted = {attempt.result.job_id for attempt in attempts if attempt.result}
        scene.service.forget_tokens()
        scene.refusals = 0
        submitted.add(scene.submit().job_id)
        assert len(submitted) == 1
        assert failed.job_id not in submitted
        assert len(scene.service.jobs) == 2


def test_a_cleared_attempt_and_the_attempt_before_it_end_with_one_more_job():
    for schedule in random_schedules(200):
        scene = Scene(schedule)
        scene.submit()
        scene.service.end_all()
        attempts = run_at_once(schedule, scene.submit, scene.submit_cleared)
        assert [attempt.error for attempt in attempts] == [None, None]
        assert attempts[1].result.job_id == scene.record().job_id == "job-1"
        assert len(scene.service.jobs) == 2


def test_a_withdrawn_request_may_change():
    scene = Scene(next(all_schedules()))
    scene.service.may_refuse = lambda: True
    with pytest.raises(LimitReached):
        scene.submit()
    scene.service.may_refuse = lambda: False

    assert scene.submit(submission=replace(asked(), fingerprint="another")).is_new
