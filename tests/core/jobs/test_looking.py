from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.jobs.looking import is_page_worth_a_call


def test_for_few_jobs_the_list_is_not_read():
    assert not is_page_worth_a_call(due=1, found=0, pages=0)
    assert not is_page_worth_a_call(due=9, found=0, pages=0)


def test_for_many_jobs_the_first_page_is_read():
    assert is_page_worth_a_call(due=10, found=0, pages=0)


def test_the_list_is_read_no_further_than_the_last_awaited_job():
    assert not is_page_worth_a_call(due=1000, found=1000, pages=10)


def test_a_page_that_showed_nothing_ends_the_reading():
    assert not is_page_worth_a_call(due=1000, found=0, pages=1)


def test_a_thousand_newest_jobs_cost_ten_pages():
    pages = found = 0
    while is_page_worth_a_call(due=1000, found=found, pages=pages):
        pages, found = pages + 1, found + 100
    assert pages == 10


@given(due=st.integers(1, 300), shown=st.lists(st.integers(0, 100), max_size=100))
def test_a_round_costs_at_most_one_call_per_job_and_one_page_in_vain(due, shown):
    pages = found = 0
    while pages < len(shown) and is_page_worth_a_call(due=due, found=found, pages=pages):
        found = min(due, found + shown[pages])
        pages += 1
    assert pages + (due - found) <= due + 1
