"""The workbench starts each job once, and waits for AWS."""

import pytest

from airflow_provider_rekmedia.core.errors import NoCredentials
from airflow_provider_rekmedia.core.jobs.job import JobStatus
from airflow_provider_rekmedia.core.verify.outcome import Refusal
from airflow_provider_rekmedia.services.verify.workbench import call


def test_a_job_is_started_and_read_once(account):
    bench = account.bench()

    assert bench.end("token") is bench.end("token")
    assert account.emulator.usage()["calls"]["StartMediaAnalysisJob"] == 1


def test_a_start_without_a_free_slot_is_repeated(account):
    account.emulator.configure(max_active_jobs=1)
    bench = account.bench()

    bench.start("token")
    second = bench.start("slash")

    assert not isinstance(second, Refusal)
    assert "Trying again in 5 s: LimitExceededException" in account.reported


def test_repeating_ends_at_the_timeout(account):
    account.emulator.configure(max_active_jobs=0)

    refusal = account.bench(timeout_s=20).start("token")

    assert refusal.code == "LimitExceededException"
    assert refusal.status == 400


def test_a_job_that_does_not_end_in_time_has_no_files(account):
    account.emulator.configure(by_hand=True)

    end = account.bench(timeout_s=20).end("token")

    assert end.status is JobStatus.CREATED
    assert not end.results


def test_a_refusal_says_whether_the_call_is_denied(account):
    account.emulator.deny("rekognition:GetMediaAnalysisJob")
    bench = account.bench()

    refusal = call(lambda: bench.jobs.fetch("0" * 64))

    assert (refusal.code, refusal.is_denied, refusal.is_throttled) == ("AccessDeniedException", True, False)


def test_missing_credentials_are_not_an_answer(account):
    bench = account.bench()
    account.emulator.inject("expired_credentials", times=None)

    with pytest.raises(NoCredentials):
        bench.detect("plain-0.png")
