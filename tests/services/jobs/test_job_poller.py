import asyncio
from datetime import UTC, datetime

import pytest

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


class FakeTime:
    """Monotonic seconds that pass only when somebody sleeps."""

    def __init__(self):
        self.now = 0.0
        self.slept = []

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def refusal(kind, operation="GetMediaAnalysisJob"):
    return kind(operation=operation, code="Code", message="no")


@pytest.fixture
def time():
    return FakeTime()


def poller_of(jobs, time):
    async def connect():
        return jobs

    return JobPoller(connect, aws_conn_id="nightly", clock=time.clock, sleep=time.sleep)


async def look_at(poller, *job_ids, max_age_s=30.0):
    async def one(job_id):
        with poller.watching(job_id, max_age_s=max_age_s):
            return await poller.poll(job_id)

    return await asyncio.gather(*(one(job_id) for job_id in job_ids))


def test_few_jobs_are_asked_for_by_id(time):
    jobs = FakeJobs("a", "b", "c")

    seen = asyncio.run(look_at(poller_of(jobs, time), "a", "b"))

    assert [job.job_id for job in seen] == ["a", "b"]
    assert sorted(jobs.gets) == ["a", "b"]
    assert jobs.pages == 0


def test_the_newest_thousand_jobs_cost_ten_pages(time):
    names = [f"job-{n}" for n in range(1000)]
    jobs = FakeJobs(*names, *(f"old-{n}" for n in range(5000)))

    seen = asyncio.run(look_at(poller_of(jobs, time), *names))

    assert [job.job_id for job in seen] == names
    assert (jobs.pages, jobs.gets) == (10, [])


def test_a_job_that_the_list_does_not_show_is_asked_for_by_id(time):
    names = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*names)
    jobs.status["hidden"] = "SUCCEEDED"

    seen = asyncio.run(look_at(poller_of(jobs, time), *names, "hidden"))

    assert seen[-1].status is JobStatus.SUCCEEDED
    assert (jobs.pages, jobs.gets) == (1, ["hidden"])


def test_a_list_without_awaited_jobs_is_given_up_after_one_page(time):
    wanted = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*(f"newer-{n}" for n in range(3000)), *wanted)

    asyncio.run(look_at(poller_of(jobs, time), *wanted))

    assert (jobs.pages, sorted(jobs.gets)) == (1, sorted(wanted))


def test_one_waiters_round_spares_the_others_theirs(time):
    names = [f"job-{n}" for n in range(50)]
    jobs = FakeJobs(*names)
    poller = poller_of(jobs, time)

    async def rounds():
        waiting = [poller.watching(name, max_age_s=30) for name in names]
        for each in waiting:
            each.__enter__()
        time.now += 60
        await poller.poll(names[0])
        time.now += 12
        later = [await poller.poll(name) for name in names[1:]]
        for each in waiting:
            each.__exit__(None, None, None)
        return later

    later = asyncio.run(rounds())

    assert len(later) == 49
    assert (jobs.pages, jobs.gets) == (1, [])


def test_a_refused_job_disturbs_no_other(time):
    jobs = FakeJobs("good", "gone", "slow")
    jobs.refuse = {"gone": refusal(NotFound), "slow": refusal(Throttled)}

    good, gone, slow = asyncio.run(look_at(poller_of(jobs, time), "good", "gone", "slow"))

    assert good.job_id == "good"
    assert isinstance(gone, NotFound)
    assert isinstance(slow, Throttled)


def test_a_status_that_nobody_knows_is_one_jobs_error(time):
    names = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*names)
    jobs.status["job-3"] = "PAUSED"

    seen = asyncio.run(look_at(poller_of(jobs, time), *names))

    assert [name for name, job in zip(names, seen, strict=True) if not isinstance(job, Job)] == ["job-3"]


def test_a_cancelled_waiter_disturbs_no_other(time):
    jobs = FakeJobs("a", "b")
    poller = poller_of(jobs, time)

    async def cancel_one():
        first = asyncio.create_task(look_at(poller, "a"))
        second = asyncio.create_task(look_at(poller, "b"))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    (seen,) = asyncio.run(cancel_one())

    assert seen.job_id == "b"


def test_without_the_permission_to_list_each_job_is_asked_for(time, caplog):
    names = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*names)
    jobs.refuse = {"list": refusal(AccessDenied, "ListMediaAnalysisJobs")}
    poller = poller_of(jobs, time)

    asyncio.run(look_at(poller, *names))
    asyncio.run(look_at(poller, *names))

    assert jobs.pages == 1
    assert len(jobs.gets) == 40
    assert "by its id" in caplog.text


def test_a_throttled_list_costs_nobody_the_look(time):
    names = [f"job-{n}" for n in range(20)]
    jobs = FakeJobs(*names)
    jobs.refuse = {"list": refusal(Throttled, "ListMediaAnalysisJobs")}

    seen = asyncio.run(look_at(poller_of(jobs, time), *names))

    assert [job.job_id for job in seen] == names


def test_calls_stay_below_the_services_rates(time):
    names = [f"job-{n}" for n in range(400)]
    jobs = FakeJobs(*(f"newer-{n}" for n in range(100)), *names)

    asyncio.run(look_at(poller_of(jobs, time), *names))

    assert time.now >= (len(jobs.gets) - 1) / 20
    assert len(jobs.gets) == 400
    assert time.now >= 400 / 10 - 1


def test_nothing_is_remembered_of_a_job_that_nobody_awaits(time):
    jobs = FakeJobs("a")
    poller = poller_of(jobs, time)

    asyncio.run(look_at(poller, "a"))
    asyncio.run(look_at(poller, "a"))

    assert jobs.gets == ["a", "a"]


def test_a_bug_in_a_round_reaches_its_waiters_and_the_next_round_works(time):
    jobs = FakeJobs("a")
    jobs.refuse = {"a": ZeroDivisionError()}
    poller = poller_of(jobs, time)

    async def two_rounds():
        with pytest.raises(ZeroDivisionError):
            await look_at(poller, "a")
        jobs.refuse = {}
        return await look_at(poller, "a")

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
    poller = JobPoller(connections, aws_conn_id="nightly", clock=time.clock, sleep=time.sleep)

    async def scene():
        (refused,) = await look_at(poller, "a")
        await look_at(poller, "a")  # too early for a new client
        early = connections.count
        time.now += 10
        del jobs.refuse["a"]
        return refused, early, await look_at(poller, "a")

    refused, early, (job,) = asyncio.run(scene())

    assert "aws_conn_id='nightly'" in str(refused)
    assert (early, connections.count) == (1, 2)
    assert job.job_id == "a"


def test_a_client_that_cannot_be_created_is_an_error_of_every_poll_until_it_can(time):
    connections = Connections(FakeJobs("a", "b"), refusal(NoCredentials))
    poller = JobPoller(connections, clock=time.clock, sleep=time.sleep)

    async def scene():
        refused = await look_at(poller, "a", "b")
        time.now += 10
        return refused, await look_at(poller, "a", "b")

    refused, jobs = asyncio.run(scene())

    assert [type(error) for error in refused] == [NoCredentials, NoCredentials]
    assert [job.job_id for job in jobs] == ["a", "b"]
    assert connections.count == 2
