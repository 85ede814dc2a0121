"""Attempts of one per-image task that run at once, against S3 and the service in memory."""

import json
import threading

import pytest
from aws_stage import MANIFEST, OUTPUT
from botocore.exceptions import ClientError, EndpointConnectionError
from fuzz.memory_s3 import MemoryS3
from races.image_service import ImageService, RefusingService
from races.interleavings import Stepped, random_schedules, run_at_once
from services.per_image.pool_stage import NoPace

from airflow_provider_rekmedia.adapters.per_image.job_files import PerImageJobFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import AccessDenied, StoppedWhileWaiting
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, fingerprint
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest, encode_request
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob, SubmissionRequest
from airflow_provider_rekmedia.core.per_image.lease import LeaseTimes
from airflow_provider_rekmedia.services.per_image import per_image_job, resumable_job
from airflow_provider_rekmedia.services.per_image.job_lease import JobLease
from airflow_provider_rekmedia.services.per_image.options import PerImageOptions
from airflow_provider_rekmedia.services.per_image.resumable_job import run_or_resume

REQUEST = MediaAnalysisRequest(manifest=MANIFEST, output=OUTPUT, job_name="nightly")
SUBMISSION = SubmissionRequest(
    identity=TaskIdentity("nightly", "2026-11-20", "moderate", -1),
    fingerprint=fingerprint(encode_request(REQUEST), content="etag", route="here"),
    request=encode_request(REQUEST),
    clears=0,
    existing_job=ExistingJob.REATTACH,
)
AT_ONCE = 4
#: A lease whose holder lives, although this machine is slow.
SHORT = LeaseTimes(lease_s=30.0, send_s=20.0, renew_s=0.02, poll_s=0.01)
#: A lease that every other attempt finds expired, while its holder may send for ever.
BROKEN = LeaseTimes(lease_s=0.0, send_s=1e9, renew_s=1e9, poll_s=0.0)
#: A lease that no other attempt finds expired, and that nobody renews.
ENDLESS = LeaseTimes(lease_s=1e9, send_s=1e9, renew_s=1e9, poll_s=0.0)


def moderate(s3, service, images, *, attempt=1, times=SHORT, max_concurrency=AT_ONCE, **options):
    return run_or_resume(
        SUBMISSION,
        REQUEST,
        [f"s3://photos/{number}.jpg" for number in range(images)],
        client=service,
        objects=S3Objects(s3),
        options=PerImageOptions(
            attempt=attempt, lease_times=times, max_concurrency=max_concurrency, **options
        ),
    )


@pytest.fixture(autouse=True)
def short_ticks(monkeypatch):
    monkeypatch.setattr(resumable_job, "_TICK_S", 0.005)
    monkeypatch.setattr(per_image_job, "_TICK_S", 0.02)
    monkeypatch.setattr(per_image_job, "Pacer", lambda _: NoPace())


def in_a_thread(*arguments, **options):
    """Start an attempt; return a function that waits for its job."""
    jobs = []
    thread = threading.Thread(target=lambda: jobs.append(moderate(*arguments, **options)), daemon=True)
    thread.start()

    def wait():
        thread.join(30)
        (job,) = jobs
        return job

    return wait


def check_files(s3, job, images):
    """Every line of the manifest is in the results or in the summary, once."""
    results = [json.loads(line)["source-ref"] for line in s3.objects[job.results_uri].splitlines()]
    summary = json.loads(s3.objects[job.summary_uri])
    failed = [error["source-ref"] for error in summary["errors"]]
    assert sorted(results + failed) == sorted(f"s3://photos/{number}.jpg" for number in range(images))


def test_two_attempts_from_the_start_pay_each_image_once():
    s3, service = MemoryS3(), ImageService(seconds=0.002)
    first = in_a_thread(s3, service, 40)
    second = in_a_thread(s3, service, 40)

    jobs = [first(), second()]
    assert service.billed.total() == len(service.billed) == 40
    assert jobs[0] == jobs[1]


def test_a_newer_attempt_continues_and_the_older_one_returns_its_job():
    s3, older, newer = MemoryS3(), ImageService(seconds=0.05), ImageService()
    wait_for_older = in_a_thread(s3, older, 40, attempt=1)
    while not older.billed:
        threading.Event().wait(0.005)
    job = moderate(s3, newer, 40, attempt=2)

    jobs = [job, wait_for_older()]
    assert older.billed.total() < 40
    assert (older.billed + newer.billed).total() == len(older.billed + newer.billed) == 40
    assert jobs[0] == jobs[1]
    check_files(s3, job, 40)


class Partition(MemoryS3):
    """S3 for a worker that cannot write the lease any more, once *is_cut* is set."""

    def __init__(self, s3):
        self.objects, self.is_cut = s3.objects, False
        self.error = EndpointConnectionError(endpoint_url="s3")

    def put_object(self, *, Key, **arguments):  # noqa: N803 boto3's name
        if self.is_cut and Key.endswith("lease.json"):
            raise self.error
        return super().put_object(Key=Key, **arguments)


def test_a_holder_that_cannot_renew_sends_no_more_images_and_another_attempt_continues():
    s3, service = MemoryS3(), ImageService(seconds=0.05)
    cut = Partition(s3)
    times = LeaseTimes(lease_s=0.8, send_s=0.3, renew_s=0.05, poll_s=0.05)
    wait_for_older = in_a_thread(cut, service, 40, times=times)
    while not service.billed:
        threading.Event().wait(0.005)
    cut.is_cut = True
    job = moderate(s3, service, 40, times=times)

    jobs = [job, wait_for_older()]
    assert 40 <= service.billed.total() <= 40 + AT_ONCE
    assert jobs[0] == jobs[1]
    check_files(s3, job, 40)


def test_a_denied_renewal_fails_the_task_and_keeps_its_images():
    s3, service = MemoryS3(), ImageService(seconds=0.05)
    cut = Partition(s3)
    cut.error = ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")

    def cut_when_billed():
        cut.is_cut = bool(service.billed)
        return False

    with pytest.raises(AccessDenied, match=r"lease\.json"):
        moderate(cut, service, 40, is_stopped=cut_when_billed)
    assert 0 < service.billed.total() < 40

    moderate(s3, service, 40, times=BROKEN)
    assert service.billed.total() == 40


def test_an_attempt_that_waits_for_the_lease_can_be_stopped():
    s3, service = MemoryS3(), ImageService()
    holder = PerImageJobFiles(S3Objects(s3), REQUEST, SUBMISSION.identity).leases
    assert JobLease(holder, 1, ENDLESS).try_acquire()
    with pytest.raises(StoppedWhileWaiting, match="This attempt sent none"):
        moderate(s3, service, 3, times=SHORT, is_stopped=lambda: True)
    assert not service.billed


@pytest.mark.parametrize(("count", "kills"), [(1, 1), (2, 0)])
def test_in_any_order_of_calls_one_image_at_most_is_paid_twice_for_each_kill(count, kills):
    for schedule in random_schedules(60):
        s3, service = MemoryS3(), ImageService()

        def body(attempt, s3=s3, service=service):
            clients = Stepped(s3, attempt), Stepped(service, attempt)
            return moderate(*clients, 3, times=ENDLESS, max_concurrency=1)

        attempts = run_at_once(schedule, *[body] * count, kills=kills)
        job = moderate(s3, service, 3, times=BROKEN)
        assert all(attempt.result in (None, job) for attempt in attempts)
        assert service.billed.total() <= 3 + kills
        check_files(s3, job, 3)


def test_if_the_lease_fails_the_files_of_two_attempts_are_never_mixed():
    for schedule in random_schedules(60):
        s3, service = MemoryS3(), ImageService()

        def body(attempt, name, s3=s3, service=service):
            clients = Stepped(s3, attempt), Stepped(RefusingService(service, name), attempt)
            return moderate(*clients, 2, times=BROKEN, max_concurrency=1)

        attempts = run_at_once(
            schedule,
            lambda attempt, body=body: body(attempt, "0.jpg"),
            lambda attempt, body=body: body(attempt, "1.jpg"),
        )
        assert [attempt.error for attempt in attempts] == [None, None]
        check_files(s3, attempts[0].result, 2)
        assert attempts[0].result == attempts[1].result
