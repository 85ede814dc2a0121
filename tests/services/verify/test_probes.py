"""Probes that make many calls."""

from airflow_provider_rekmedia.services.verify import probes
from airflow_provider_rekmedia.services.verify.probes import (
    THROTTLED_CALLS,
    ask_queued_jobs,
    ask_throttle_error,
    ask_throttling_status,
)


def test_both_questions_about_throttling_use_the_same_calls(account):
    bench = account.bench()

    ask_throttle_error(bench)
    ask_throttling_status(bench)

    assert account.emulator.usage()["calls"]["ListMediaAnalysisJobs"] == THROTTLED_CALLS


def test_denied_calls_are_not_throttled_ones(account):
    account.emulator.deny("rekognition:ListMediaAnalysisJobs")

    assert ask_throttle_error(account.bench()).text is None


def test_job_slots_are_not_used_unless_the_user_allows_it(account):
    answer = ask_queued_jobs(account.bench())

    assert answer.text is None
    assert "--fill-quota" in answer.evidence
    assert account.emulator.usage()["jobs"] == 0


def test_jobs_for_all_slots_bill_nothing_and_are_limited(account, monkeypatch):
    monkeypatch.setattr(probes, "MAX_SLOT_JOBS", 4)
    account.emulator.configure(max_active_jobs=1000)

    answer = ask_queued_jobs(account.bench(fill_quota=True))

    account.emulator.advance(to_end=True)
    usage = account.emulator.usage()
    assert answer.text is None
    assert usage["jobs"] == 4
    assert usage["images_billed"] == 0
