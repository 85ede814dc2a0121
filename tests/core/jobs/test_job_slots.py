from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.jobs.job_slots import (
    Refused,
    SlotState,
    count_open,
    most_open,
    plan_starts,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def job(job_id, created_s=0, completed_s=None, *, status=None):
    """A job that is open, unless it has an end."""
    default = JobStatus.IN_PROGRESS if completed_s is None else JobStatus.SUCCEEDED
    return Job(
        job_id=str(job_id),
        engine=Engine.BULK,
        status=status or default,
        created_at=at(created_s),
        completed_at=None if completed_s is None else at(completed_s),
    )


def open_jobs(count, *, first=0):
    return [job(first + number) for number in range(count)]


def starts(state, jobs, waiting=100, *, refused_s=0, now_s=10, again=0):
    return plan_starts(state, jobs, Refused(waiting, at(refused_s), again), now=at(now_s))


@pytest.mark.parametrize("status", JobStatus)
def test_a_job_is_open_until_it_is_final(status):
    assert count_open([job(1, status=status)]) == (status not in {JobStatus.SUCCEEDED, JobStatus.FAILED})


def test_jobs_that_follow_each_other_do_not_overlap():
    assert most_open([job(2, 10, 20), job(1, 0, 10)], since=NOON) == 1


def test_jobs_that_overlap_are_counted_together():
    assert most_open([job(3, 6), job(2, 5, 20), job(1, 0, 10)], since=NOON) == 3


def test_jobs_that_ended_before_the_window_do_not_count():
    assert most_open([job(3, 50), job(2, 0, 10), job(1, 0, 10)], since=at(10)) == 1


def test_a_final_job_without_a_time_does_not_count():
    assert most_open([job(1, status=JobStatus.FAILED)], since=NOON) == 0


def test_while_all_slots_are_in_use_no_task_starts():
    count, state = starts(SlotState(), open_jobs(5))

    assert (count, state.limit) == (0, 5)


def test_one_task_starts_for_each_job_that_ended():
    ended = [job("a", -60, 5), job("b", -60, 6)]

    count, state = starts(SlotState(), open_jobs(3) + ended)

    assert (count, state.limit) == (2, 5)
    assert starts(state, open_jobs(3) + ended)[0] == 0  # both slots are held


def test_no_more_tasks_start_than_wait():
    assert starts(SlotState(), [job("a", -60, 5), job("b", -60, 6)], waiting=1)[0] == 1


def test_a_new_job_in_the_list_ends_the_hold_of_its_slot():
    jobs = [*open_jobs(4), job("a", -60, 5)]
    _, state = starts(SlotState(), jobs)
    started = [job("new", 12), *open_jobs(3), job("b", -60, 13), job("a", -60, 5)]

    assert starts(state, started, now_s=15)[0] == 1  # the slot of b


def test_a_task_that_is_refused_again_ends_the_hold_of_its_slot():
    jobs = [*open_jobs(4), job("a", -60, 5)]
    _, state = starts(SlotState(), jobs)

    assert starts(state, jobs, now_s=15)[0] == 0
    assert starts(state, jobs, now_s=15, again=1)[0] == 1


def test_a_slot_is_held_for_one_minute():
    jobs = [*open_jobs(4), job("a", -60, 5)]
    _, state = starts(SlotState(), jobs, now_s=10)

    assert starts(state, jobs, now_s=69)[0] == 0
    assert starts(state, jobs, now_s=70)[0] == 1


def test_the_limit_is_kept_when_the_jobs_of_the_refusal_are_no_longer_listed():
    _, state = starts(SlotState(), open_jobs(5))

    assert starts(state, [job("new", 600)], now_s=610)[0] == 4


def test_a_new_refusal_counts_the_limit_again():
    """The quota was 5, and is 2 now."""
    _, state = starts(SlotState(), open_jobs(5))
    later = [job("x", 4000), job("y", 4000), *(job(number, 0, 60) for number in range(5))]

    assert starts(state, later, now_s=4010)[0] == 3
    count, state = starts(state, later, refused_s=4005, now_s=4010)
    assert (count, state.limit) == (0, 2)


def test_more_open_jobs_than_expected_raise_the_limit():
    _, state = starts(SlotState(), open_jobs(5))

    assert starts(state, open_jobs(7))[1].limit == 7


def test_if_no_job_was_seen_one_task_tries_at_a_time():
    count, state = starts(SlotState(), [])

    assert count == 1
    assert starts(state, [])[0] == 0


spans = st.lists(st.tuples(st.integers(-500, 500), st.none() | st.integers(0, 500)), max_size=30)


@given(spans, st.integers(0, 50), st.integers(0, 60))
def test_starts_are_within_the_slots_and_the_waiters(spans, waiting, now_s):
    jobs = [job(n, a, None if length is None else a + length) for n, (a, length) in enumerate(spans)]

    count, state = starts(SlotState(), jobs, waiting, now_s=now_s)

    assert 0 <= count <= waiting
    assert count_open(jobs) + count <= max(state.limit, 1)
    assert starts(state, jobs, waiting, now_s=now_s)[0] == 0 or count == waiting
