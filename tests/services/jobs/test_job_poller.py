import asyncio
from datetime import UTC, datetime

import pytest
from services.fake_time import FakeTime

from airflow_provider_rekmedia.core.errors import AccessDenied, NoCredentials, NotFound, Throttled
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.services.jobs.job_poller import JobPoller


class FakeJobs:
    """
    The account's jobs, newest first, behind the calls that a poller makes; it counts them.

    ``refuse`` maps a job id, or ``"list"``, to the error that a call for it meets.
    """

    def __init__(self, *job_ids, page_size=100):
        self.job_ids = list(job_ids)
        self.status = dict.fromkeys(job_ids, "IN_PROGRESS")
        self.page_size = page_size
        self.refuse = {}
        self.gets = []
        self.pages = 0

    def fetch(self, job_id):
        self.gets.append(job_id)
        if job_id in self.refuse:
            raise self.refuse[job_id]
        return Job(job_id=job_id, engine=Engine.BULK, status=JobStatus(self.status[job_id]))

    def fetch_page(self, token):
        self.pages += 1
        if "list" in self.refuse:
            raise self.refuse["list"]
        start = int(token or 0)
        members = [
            {"JobId": job_id, "Status": self.status[job_id], "CreationTimestamp": datetime.now(UTC)}
            for job_id in self.job_ids[start : start + self.page_size]
        ]
        following = start + self.page_size
        return members, str(following) if following < len(self.job_ids) else None


def refusal(kind, operation="GetMediaAnalysisJob"):
    return kind(operation=operation, code="Code", message="no")


@pytest.fixture
def time():
    return FakeTime()


def poller_of(jobs, time):
    async def connect():
        return jobs

    return JobPoller(connect, aws_conn_id="nightly", clock=time.monotonic, sleep=time.sleep_async)


async def poll_all(poller, *job_ids, max_age_s=30.0):
    async def poll_one(job_id):
        with poller.watching(job_id, max_age_s=max_age_s):
            return await poller.poll(job_id)

    return await asyncio.gather(*(poll_one(job_id) for job_id in job_ids))


def test_few_jobs_are_fetched_by_id(time):
    jobs = FakeJobs("a", "b", "c")

    polled = asyncio.run(poll_all(poller_of(jobs, time), "a", "b"))

    assert [job.job_id for job in polled] == ["a", "b"]
    assert sorted(jobs.gets) == ["a", "b"]
    assert jobs.pages == 0


def test_the_newest_thousand_jobs_cost_ten_pages(time):
    names = [f"job-{n}" for n in range(1000)]
    jobs = FakeJobs(*names, *(f"old-{n}" for n in range(5000)))

    polled = asyncio.run(poll_all(poller_of(jobs, time), *names))

    assert [job.job_id for job in polled] == names
    assert (jobs.pages, jobs.gets) == (10, [])


def test_a_job_that_is_not_in_the_list_is_fetched_by_id(time):
    names = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*names)
    jobs.status["hidden"] = "SUCCEEDED"

    polled = asyncio.run(poll_all(poller_of(jobs, time), *names, "hidden"))

    assert polled[-1].status is JobStatus.SUCCEEDED
    assert (jobs.pages, jobs.gets) == (1, ["hidden"])


def test_the_list_is_abandoned_after_a_page_without_awaited_jobs(time):
    awaited = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*(f"newer-{n}" for n in range(3000)), *awaited)

    asyncio.run(poll_all(poller_of(jobs, time), *awaited))

    assert (jobs.pages, sorted(jobs.gets)) == (1, sorted(awaited))


def test_one_round_serves_all_waiters(time):
    names = [f"job-{n}" for n in range(50)]
    jobs = FakeJobs(*names)
    poller = poller_of(jobs, time)

    async def rounds():
        watches = [poller.watching(name, max_age_s=30) for name in names]
        for watch in watches:
            watch.__enter__()
        time.elapsed_s += 60
        await poller.poll(names[0])
        time.elapsed_s += 12
        later = [await poller.poll(name) for name in names[1:]]
        for watch in watches:
            watch.__exit__(None, None, None)
        return later

    later = asyncio.run(rounds())

    assert len(later) == 49
    assert (jobs.pages, jobs.gets) == (1, [])


def test_an_error_for_one_job_does_not_affect_the_others(time):
    jobs = FakeJobs("good", "gone", "slow")
    jobs.refuse = {"gone": refusal(NotFound), "slow": refusal(Throttled)}

    good, gone, slow = asyncio.run(poll_all(poller_of(jobs, time), "good", "gone", "slow"))

    assert good.job_id == "good"
    assert isinstance(gone, NotFound)
    assert isinstance(slow, Throttled)


def test_an_unknown_status_is_the_error_of_one_job(time):
    names = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*names)
    jobs.status["job-3"] = "PAUSED"

    polled = asyncio.run(poll_all(poller_of(jobs, time), *names))

    assert [name for name, job in zip(names, polled, strict=True) if not isinstance(job, Job)] == ["job-3"]


def test_a_cancelled_waiter_does_not_affect_the_others(time):
    jobs = FakeJobs("a", "b")
    poller = poller_of(jobs, time)

    async def cancel_one():
        first = asyncio.create_task(poll_all(poller, "a"))
        second = asyncio.create_task(poll_all(poller, "b"))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    (polled,) = asyncio.run(cancel_one())

    assert polled.job_id == "b"


def test_without_permission_to_list_each_job_is_fetched_by_id(time, caplog):
    names = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*names)
    jobs.refuse = {"list": refusal(AccessDenied, "ListMediaAnalysisJobs")}
    poller = poller_of(jobs, time)

    asyncio.run(poll_all(poller, *names))
    asyncio.run(poll_all(poller, *names))

    assert jobs.pages == 1
    assert len(jobs.gets) == 40
    assert "by its id" in caplog.text


def test_if_the_list_is_throttled_jobs_are_fetched_by_id(time):
    names = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*names)
    jobs.refuse = {"list": refusal(Throttled, "ListMediaAnalysisJobs")}

    polled = asyncio.run(poll_all(poller_of(jobs, time), *names))

    assert [job.job_id for job in polled] == names


def test_calls_stay_below_the_services_rates(time):
    names = [f"job-{n}" for n in range(400)]
    jobs = FakeJobs(*(f"newer-{n}" for n in range(100)), *names)

    asyncio.run(poll_all(poller_of(jobs, time), *names))

    assert time.elapsed_s >= (len(jobs.gets) - 1) / 20
    assert len(jobs.gets) == 400
    assert time.elapsed_s >= 400 / 10 - 1


def test_a_job_without_waiters_is_not_cached(time):
    jobs = FakeJobs("a")
    poller = poller_of(jobs, time)

    asyncio.run(poll_all(poller, "a"))
    asyncio.run(poll_all(poller, "a"))

    assert jobs.gets == ["a", "a"]


def test_a_bug_is_raised_to_its_waiters_and_the_next_round_works(time):
    jobs = FakeJobs("a")
    jobs.refuse = {"a": ZeroDivisionError()}
    poller = poller_of(jobs, time)

    async def two_rounds():
        with pytest.raises(ZeroDivisionError):
            await poll_all(poller, "a")
        jobs.refuse = {}
        return await poll_all(poller, "a")

    assert asyncio.run(two_rounds())[0].job_id == "a"


class Connections:
    """Creates a client per call; each error in ``failures`` is raised once instead."""

    def __init__(self, jobs, *failures):
        self.jobs, self.failures, self.count = jobs, list(failures), 0

    async def __call__(self):
        self.count += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.jobs


def test_a_poll_without_credentials_names_the_connection_and_the_next_creates_a_client(time):
    jobs = FakeJobs("a")
    jobs.refuse["a"] = refusal(NoCredentials)
    connections = Connections(jobs)
    poller = JobPoller(connections, aws_conn_id="nightly", clock=time.monotonic, sleep=time.sleep_async)

    async def scene():
        (refused,) = await poll_all(poller, "a")
        await poll_all(poller, "a")  # too early for a new client
        early = connections.count
        time.elapsed_s += 10
        del jobs.refuse["a"]
        return refused, early, await poll_all(poller, "a")

    refused, early, (job,) = asyncio.run(scene())

    assert "aws_conn_id='nightly'" in str(refused)
    assert (early, connections.count) == (1, 2)
    assert job.job_id == "a"


def test_a_client_that_cannot_be_created_is_an_error_of_every_poll_until_it_can(time):
    connections = Connections(FakeJobs("a", "b"), refusal(NoCredentials))
    poller = JobPoller(connections, clock=time.monotonic, sleep=time.sleep_async)

    async def scene():
        refused = await poll_all(poller, "a", "b")
        time.elapsed_s += 10
        return refused, await poll_all(poller, "a", "b")

    refused, jobs = asyncio.run(scene())

    assert [type(error) for error in refused] == [NoCredentials, NoCredentials]
    assert [job.job_id for job in jobs] == ["a", "b"]
    assert connections.count == 2
