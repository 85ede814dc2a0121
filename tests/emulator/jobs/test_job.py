"""One job and its description."""

import pytest

from airflow_provider_rekmedia.emulator.jobs.job import Failure, Job, Outcome
from airflow_provider_rekmedia.emulator.jobs.schedule import Schedule
from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion


@pytest.fixture
def job():
    return Job(
        job_id="a",
        sequence=1,
        account_region=AccountRegion("123456789012", "us-east-1"),
        request={"OutputConfig": {"S3Bucket": "out"}, "JobName": "nightly", "Unknown": 1},
        created_at=100.0,
        schedule=Schedule((1.0, 2.0, 4.0), by_hand=False),
    )


@pytest.mark.parametrize(
    ("now", "status"), [(100.5, "CREATED"), (101.5, "QUEUED"), (104, "IN_PROGRESS"), (107, "IN_PROGRESS")]
)
def test_the_status_before_the_outcome(job, now, status):
    assert job.describe(now)["Status"] == status


def test_a_description_has_the_known_fields_of_the_request(job):
    assert set(job.describe(100)) == {"JobId", "CreationTimestamp", "Status", "OutputConfig", "JobName"}


def test_advance_moves_to_the_next_state_or_to_the_end(job):
    job.advance(100.0, to_end=False)
    assert job.stage(100.0) == "QUEUED"
    job.advance(100.0, to_end=True)
    assert job.stage(100.0) is None
    job.advance(100.0, to_end=True)
    assert job.advanced_s == 7.0


def test_the_end_may_be_earlier_than_now(job):
    assert job.ended_at(200.0) == 107.0


def test_a_failed_job_has_details_and_no_files(job):
    job.outcome = Outcome(completed_at=107.0, failure=Failure("INTERNAL_ERROR", "Injected."))
    description = job.describe(200.0)
    assert description["FailureDetails"] == {"Code": "INTERNAL_ERROR", "Message": "Injected."}
    assert "Results" not in description


@pytest.mark.parametrize(("queued_count", "expected"), [(True, True), (False, False)])
def test_a_queued_job_is_active_by_setting(job, queued_count, expected):
    assert job.is_active(101.5, queued_count=queued_count) is expected
    assert job.is_active(104.0, queued_count=queued_count) is True
    assert job.is_active(107.0, queued_count=queued_count) is False
