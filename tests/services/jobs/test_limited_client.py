import asyncio

from services.fake_time import FakeTime

from airflow_provider_rekmedia.core.errors import AccessDenied, Throttled
from airflow_provider_rekmedia.services.jobs.limited_client import LimitedClient


class Jobs:
    """Returns the id of each job, and an error for a page."""

    def __init__(self, page=([], None)):
        self.page = page

    def fetch(self, job_id):
        return job_id

    def fetch_page(self, token):
        if isinstance(self.page, Exception):
            raise self.page
        return self.page


def client_of(jobs, time):
    async def connect():
        return jobs

    return LimitedClient(connect, clock=time.monotonic, sleep=time.sleep_async)


def refusal(kind):
    return kind(operation="ListMediaAnalysisJobs", code="Code", message="no")


async def repeat(call, times):
    return [await call() for _ in range(times)]


def test_calls_are_below_half_of_the_quotas():
    time = FakeTime()
    client = client_of(Jobs(), time)

    asyncio.run(repeat(lambda: client.fetch("a"), 21))
    fetched_s = time.elapsed_s
    asyncio.run(repeat(lambda: client.fetch_page(None), 6))

    assert fetched_s >= 20 / 10 - 0.01
    assert time.elapsed_s - fetched_s >= 5 / 2.5 - 0.01


def test_a_denied_list_is_logged_once(caplog):
    client = client_of(Jobs(refusal(AccessDenied)), FakeTime())

    pages = asyncio.run(repeat(lambda: client.fetch_page(None), 3))

    assert [type(page) for page in pages] == [AccessDenied] * 3
    assert caplog.text.count("Cannot list jobs") == 1
    assert not client.may_list


def test_a_throttled_list_is_returned_as_an_error():
    client = client_of(Jobs(refusal(Throttled)), FakeTime())

    assert isinstance(asyncio.run(client.fetch_page(None)), Throttled)
    assert client.may_list
