import asyncio
import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.fake_time import NOON, FakeTime

from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    LimitReached,
    Throttled,
    Unavailable,
    UnknownStatus,
    WaitTimedOut,
)
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.jobs.polling import Ended, Failed, Pace, Sleep
from airflow_provider_rekmedia.services.jobs.status_log import StatusLog
from airflow_provider_rekmedia.services.wait_for_jobs import (
    fetch_or_error,
    pause_before_retry,
    poll_job,
    utc_now,
    wait_for_job,
    wait_for_job_async,
)

PACE = Pace(interval_s=30, deadline_at=NOON + timedelta(minutes=10))


def job(status):
    return Job(job_id="abc", engine=Engine.BULK, status=JobStatus(status))


def refusal(kind):
    return kind(operation="GetMediaAnalysisJob", code="Code", message="no")


CREATED, RUNNING, SUCCEEDED, FAILED = map(job, ("CREATED", "IN_PROGRESS", "SUCCEEDED", "FAILED"))
THROTTLED, DOWN, DENIED = map(refusal, (Throttled, Unavailable, AccessDenied))
UNKNOWN = UnknownStatus(job_id="abc", status="PARTIAL")


class FakeJob:
    """A job whose polls follow a script. The last reply repeats."""

    def __init__(self, script):
        self.script = script
        self.polls = 0

    def next_reply(self, job_id):
        assert job_id == "abc"
        self.polls += 1
        return self.script[min(self.polls, len(self.script)) - 1]

    def fetch(self, job_id):
        seen = self.next_reply(job_id)
        if isinstance(seen, Exception):
            raise seen
        return seen

    async def fetch_async(self, job_id):
        return self.next_reply(job_id)


def blocking(script, pace=PACE):
    time, fake, seen = FakeTime(), FakeJob(script), []
    ending = wait_for_job("abc", pace, fake.fetch, on_poll=seen.append, sleep=time.sleep, clock=time.clock)
    return ending, time, seen


def asynchronous(script, pace=PACE):
    time, fake, seen = FakeTime(), FakeJob(script), []
    ending = asyncio.run(
        wait_for_job_async(
            "abc", pace, fake.fetch_async, on_poll=seen.append, sleep=time.sleep_async, clock=time.clock
        )
    )
    return ending, time, seen


DRIVERS = pytest.mark.parametrize("drive", [blocking, asynchronous])


@DRIVERS
class TestBothDrivers:
    def test_the_wait_ends_with_the_job(self, drive):
        ending, time, seen = drive([CREATED, RUNNING, SUCCEEDED])
        assert ending == Ended(SUCCEEDED)
        assert seen == [CREATED, RUNNING, SUCCEEDED]
        assert len(time.slept) == 2
        assert all(27 <= seconds < 33 for seconds in time.slept)

    def test_a_finished_job_needs_one_poll_and_no_sleep(self, drive):
        ending, time, seen = drive([SUCCEEDED])
        assert (ending, time.slept, seen) == (Ended(SUCCEEDED), [], [SUCCEEDED])

    def test_a_failed_job_ends_the_wait_without_an_error(self, drive):
        assert drive([RUNNING, FAILED])[0] == Ended(FAILED)

    def test_retryable_errors_do_not_end_the_wait(self, drive):
        ending, _, seen = drive([THROTTLED, DOWN, RUNNING, THROTTLED, SUCCEEDED])
        assert ending == Ended(SUCCEEDED)
        assert len(seen) == 5

    @pytest.mark.parametrize("error", [DENIED, UNKNOWN])
    def test_a_permanent_error_ends_the_wait_at_once(self, drive, error):
        ending, time, _ = drive([RUNNING, error])
        assert ending == Failed(error)
        assert len(time.slept) == 1

    @pytest.mark.parametrize("last", [RUNNING, THROTTLED])
    def test_a_wait_ends_exactly_at_the_deadline(self, drive, last):
        ending, time, seen = drive([CREATED, last])
        assert isinstance(ending.error, WaitTimedOut)
        assert time.now == PACE.deadline_at
        assert 600 / 33 <= len(seen) - 1 <= 600 / 27 + 1

    def test_the_job_is_polled_at_the_deadline(self, drive):
        pace = Pace(interval_s=3600, deadline_at=NOON + timedelta(seconds=5))
        ending, time, _ = drive([RUNNING, SUCCEEDED], pace)
        assert ending == Ended(SUCCEEDED)
        assert time.slept == [5]

    def test_the_job_is_polled_once_after_the_deadline(self, drive):
        past = Pace(interval_s=30, deadline_at=NOON - timedelta(seconds=1))
        assert drive([SUCCEEDED], past)[0] == Ended(SUCCEEDED)
        ending, time, seen = drive([RUNNING], past)
        assert isinstance(ending.error, WaitTimedOut)
        assert (time.slept, len(seen)) == ([], 1)


@settings(max_examples=50)
@given(
    script=st.lists(
        st.sampled_from([CREATED, RUNNING, SUCCEEDED, FAILED, THROTTLED, DOWN, DENIED, UNKNOWN]), min_size=1
    ),
    interval_s=st.floats(0.5, 3600),
    timeout_s=st.integers(0, 3600),
    seed=st.integers(0, 2**32),
)
def test_both_drivers_poll_and_sleep_alike(script, interval_s, timeout_s, seed):
    pace = Pace(interval_s=max(interval_s, timeout_s / 50), deadline_at=NOON + timedelta(seconds=timeout_s))
    endings = []
    for drive in (blocking, asynchronous):
        random.seed(seed)
        ending, time, seen = drive(script, pace)
        error = ending.error if isinstance(ending, Failed) else None
        endings.append((type(ending), str(error or ending.job), time.slept, seen))
    assert endings[0] == endings[1]
    assert sum(endings[0][2]) <= timeout_s + 0.001  # the clock counts in microseconds


def test_a_bug_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        blocking([ZeroDivisionError()])


def test_fetch_or_error_returns_the_job_or_its_error():
    assert fetch_or_error("abc", FakeJob([RUNNING]).fetch) is RUNNING
    assert fetch_or_error("abc", FakeJob([DENIED]).fetch) is DENIED


def test_one_step_polls_once_and_reports_it():
    seen = []
    step = poll_job("abc", PACE, FakeJob([RUNNING]).fetch, on_poll=seen.append, clock=lambda: NOON)
    assert isinstance(step, Sleep)
    assert seen == [RUNNING]


def test_a_pause_before_a_retry_is_jittered_and_within_the_deadline():
    full = refusal(LimitReached)
    pauses = {pause_before_retry(full, PACE, clock=lambda: NOON) for _ in range(50)}
    assert len(pauses) > 10
    assert all(15 <= seconds <= 45 for seconds in pauses)
    late = PACE.deadline_at - timedelta(seconds=2)
    assert pause_before_retry(full, PACE, clock=lambda: late) == 2


@pytest.mark.parametrize(("error", "at"), [(DENIED, NOON), (refusal(LimitReached), PACE.deadline_at)])
def test_a_permanent_or_late_error_is_raised_itself(error, at):
    with pytest.raises(type(error)) as caught:
        pause_before_retry(error, PACE, clock=lambda: at)
    assert caught.value is error


def test_utc_now_has_a_time_zone():
    assert utc_now().utcoffset() == timedelta(0)


class FakeLog:
    """A task logger that keeps messages with their levels."""

    def __init__(self):
        self.lines = []

    def info(self, event, *args):
        self.lines.append(("info", event % args))

    def warning(self, event, *args):
        self.lines.append(("warning", event % args))


def test_a_wait_logs_each_new_status_and_each_fault_once():
    log = FakeLog()
    status_log = StatusLog(log)
    for seen in (CREATED, CREATED, THROTTLED, CREATED, RUNNING, RUNNING, DENIED, SUCCEEDED):
        status_log(seen)
    assert [(level, text[:40]) for level, text in log.lines] == [
        ("info", "Job abc is CREATED"),
        ("warning", "Could not fetch the job, will retry: Get"),
        ("info", "Job abc is IN_PROGRESS"),
        ("info", "Job abc is SUCCEEDED"),
    ]
