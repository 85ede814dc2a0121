from datetime import UTC, datetime, timedelta

import pytest
from core.truth import enum
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    FilesMissing,
    HostNotFound,
    JobFailed,
    LimitReached,
    NoCredentials,
    NotFound,
    Throttled,
    Unavailable,
    UnknownStatus,
    WaitTimedOut,
)
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.jobs.polling import (
    Ended,
    Failed,
    Pace,
    Sleep,
    next_attempt,
    next_step,
    should_list_next_page,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PACE = Pace(interval_s=30, deadline_at=NOON)
FINAL = ("SUCCEEDED", "FAILED")
UNFINISHED = [status for status in enum("MediaAnalysisJobStatus") if status not in FINAL]
MICROSECOND = timedelta(microseconds=1)

# The largest float below 1, which random.random() can give.
ALMOST_1 = 1 - 2**-53


def job(status):
    return Job(job_id="abc", engine=Engine.BULK, status=JobStatus(status))


def refusal(kind):
    return kind(operation="GetMediaAnalysisJob", code="Code", message="no", request_id="r-1")


def step(polled, *, before=timedelta(minutes=5), jitter=0.5, pace=PACE):
    return next_step("abc", polled, pace, now=pace.deadline_at - before, jitter=jitter)


def attempt(polled, *, before=timedelta(minutes=5), jitter=0.5, pace=PACE):
    return next_attempt(polled, pace, now=pace.deadline_at - before, jitter=jitter)


unfinished_polls = st.sampled_from(
    [*map(job, UNFINISHED), *(refusal(kind) for kind in (Throttled, Unavailable, LimitReached))]
)
paces = st.builds(
    Pace,
    interval_s=st.floats(0.001, 100_000),
    deadline_at=st.datetimes(
        min_value=datetime(2020, 1, 1),  # noqa: DTZ001 hypothesis adds the zone
        max_value=datetime(2040, 1, 1),  # noqa: DTZ001 likewise
        timezones=st.just(UTC),
    ),
)
jitters = st.floats(0, 1, exclude_max=True)
margins = st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=3))


@pytest.mark.parametrize("status", FINAL)
@pytest.mark.parametrize("before", [timedelta(hours=1), timedelta(0), timedelta(hours=-1)])
def test_a_final_job_ends_the_wait_even_after_the_deadline(status, before):
    assert step(job(status), before=before) == Ended(job(status))


@pytest.mark.parametrize("status", UNFINISHED)
def test_an_unfinished_job_is_polled_again(status):
    assert step(job(status)) == Sleep(30)


@pytest.mark.parametrize("kind", [NoCredentials, Throttled, Unavailable])
def test_a_poll_with_a_temporary_fault_is_retried(kind):
    assert step(refusal(kind)) == Sleep(30)


@pytest.mark.parametrize("kind", [AccessDenied, HostNotFound, NotFound])
def test_a_refused_poll_ends_the_wait_at_once(kind):
    polled = refusal(kind)
    assert step(polled) == Failed(polled)


def test_an_unknown_status_ends_the_wait_at_once():
    polled = UnknownStatus(job_id="abc", status="PARTIAL")
    assert step(polled) == Failed(polled)


@pytest.mark.parametrize(("jitter", "seconds"), [(0, 27), (0.25, 28.5), (0.5, 30), (0.75, 31.5)])
def test_sleeps_between_polls_vary_by_a_tenth_of_the_interval(jitter, seconds):
    assert step(job("QUEUED"), jitter=jitter).seconds == pytest.approx(seconds)


def test_the_longest_sleep_is_a_tenth_above_the_interval():
    assert step(job("QUEUED"), jitter=ALMOST_1).seconds == pytest.approx(33)


@pytest.mark.parametrize("polled", [job("IN_PROGRESS"), refusal(Throttled)])
def test_the_last_sleep_ends_at_the_deadline(polled):
    assert step(polled, before=timedelta(seconds=4)) == Sleep(4)
    assert step(polled, before=MICROSECOND) == Sleep(1e-6)


@pytest.mark.parametrize("before", [timedelta(0), -MICROSECOND, timedelta(hours=-1)])
def test_at_the_deadline_the_wait_fails_and_says_that_the_job_continues(before):
    ending = step(job("IN_PROGRESS"), before=before)
    assert isinstance(ending.error, WaitTimedOut)
    assert ending.error.fields == {
        "job_id": "abc",
        "status": "IN_PROGRESS",
        "deadline_at": "2026-05-01T12:00:00+00:00",
    }
    assert ending.error.retryable
    for part in ("Job abc", "no stop operation", "will be billed", "A retry of this task attaches to it"):
        assert part in str(ending.error)


def test_a_throttled_wait_times_out_with_the_last_refusal():
    ending = step(refusal(Throttled), before=timedelta(0))
    assert isinstance(ending.error, WaitTimedOut)
    assert "unknown (GetMediaAnalysisJob was refused: Code: no (request r-1)" in str(ending.error)


@pytest.mark.parametrize("kind", [Throttled, Unavailable, LimitReached])
def test_a_retryable_start_is_retried(kind):
    assert attempt(refusal(kind)) == Sleep(30)


@pytest.mark.parametrize("kind", [AccessDenied, HostNotFound, NoCredentials])
def test_a_start_that_waiting_does_not_help_is_not_retried(kind):
    polled = refusal(kind)
    assert attempt(polled) == Failed(polled)


def test_a_wait_for_a_slot_that_has_begun_continues_without_credentials():
    now = PACE.deadline_at - timedelta(minutes=5)
    for kind, step_type in ((NoCredentials, Sleep), (HostNotFound, Failed)):
        step = next_attempt(refusal(kind), PACE, now=now, jitter=0.5, has_waited=True)
        assert isinstance(step, step_type)


@pytest.mark.parametrize(("jitter", "seconds"), [(0, 15), (0.5, 30), (ALMOST_1, 45)])
def test_sleeps_between_starts_vary_by_half_the_interval(jitter, seconds):
    assert attempt(refusal(LimitReached), jitter=jitter).seconds == pytest.approx(seconds)


@pytest.mark.parametrize("before", [timedelta(0), -MICROSECOND, timedelta(hours=-1)])
def test_at_the_deadline_a_start_fails_with_the_refusal(before):
    polled = refusal(LimitReached)
    assert attempt(polled, before=before) == Failed(polled)


@pytest.mark.parametrize("decide", [step, attempt])
@given(
    kind=st.sampled_from([Throttled, Unavailable, LimitReached]), pace=paces, before=margins, jitter=jitters
)
def test_no_sleep_exceeds_the_deadline(decide, kind, pace, before, jitter):
    decided = decide(refusal(kind), before=before, jitter=jitter, pace=pace)
    if before > timedelta(0):
        assert 0 < decided.seconds <= before.total_seconds()
    else:
        assert isinstance(decided, Failed)


@given(polled=unfinished_polls, pace=paces, jitter=jitters, length=st.integers(1, 60))
def test_a_wait_ends_exactly_at_the_deadline_after_a_bounded_number_of_polls(polled, pace, jitter, length):
    now = pace.deadline_at - timedelta(seconds=pace.interval_s * length)
    polls = 0
    while isinstance(decided := next_step("abc", polled, pace, now=now, jitter=jitter), Sleep):
        now += timedelta(seconds=decided.seconds)
        polls += 1
    assert now == pace.deadline_at
    assert polls <= length / 0.9 + 2


def test_the_outcome_of_an_ended_wait_is_its_job():
    assert Ended(job("SUCCEEDED")).outcome() == job("SUCCEEDED")


def test_the_outcome_of_a_failed_job_is_an_error():
    with pytest.raises(JobFailed):
        Ended(job("FAILED")).outcome()


@pytest.mark.parametrize("status", UNFINISHED)
def test_an_unfinished_job_is_never_a_successful_outcome(status):
    with pytest.raises(FilesMissing, match=f"Job abc is {status}"):
        Ended(job(status)).outcome()


def test_the_outcome_of_a_failed_wait_is_its_error():
    error = refusal(AccessDenied)
    with pytest.raises(AccessDenied) as caught:
        Failed(error).outcome()
    assert caught.value is error


def test_the_list_is_not_read_for_few_jobs():
    assert not should_list_next_page(due=1, found=0, pages=0)
    assert not should_list_next_page(due=9, found=0, pages=0)


def test_the_first_page_is_read_for_many_jobs():
    assert should_list_next_page(due=10, found=0, pages=0)


def test_the_list_is_read_up_to_the_last_awaited_job():
    assert not should_list_next_page(due=1000, found=1000, pages=10)


def test_a_page_without_an_awaited_job_ends_the_listing():
    assert not should_list_next_page(due=1000, found=0, pages=1)


def test_a_thousand_newest_jobs_cost_ten_pages():
    pages = found = 0
    while should_list_next_page(due=1000, found=found, pages=pages):
        pages, found = pages + 1, found + 100
    assert pages == 10


@given(due=st.integers(1, 300), shown=st.lists(st.integers(0, 100), max_size=100))
def test_a_round_costs_at_most_one_call_per_job_and_one_extra_page(due, shown):
    pages = found = 0
    while pages < len(shown) and should_list_next_page(due=due, found=found, pages=pages):
        found = min(due, found + shown[pages])
        pages += 1
    assert pages + (due - found) <= due + 1
