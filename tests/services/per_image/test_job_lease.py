import pytest
from aws_stage import OUTPUT
from botocore.exceptions import ClientError, EndpointConnectionError
from fuzz.memory_s3 import MemoryS3
from services.fake_time import FakeTime

from airflow_provider_rekmedia.adapters.per_image.leases import LeaseStore
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import AccessDenied, Unavailable
from airflow_provider_rekmedia.core.per_image.lease import LeaseTimes
from airflow_provider_rekmedia.services.per_image.job_lease import JobLease

URI = OUTPUT.join("_rekmedia/lease.json")
TIMES = LeaseTimes()


class FaultyS3(MemoryS3):
    """S3 whose calls raise ``error`` while it is set."""

    error = None

    def put_object(self, **arguments):
        if self.error:
            raise self.error
        return super().put_object(**arguments)

    def get_object(self, **arguments):
        if self.error:
            raise self.error
        return super().get_object(**arguments)


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture
def s3():
    return FaultyS3()


@pytest.fixture
def new_lease(s3, time):
    def create(attempt=1, times=TIMES):
        return JobLease(LeaseStore(S3Objects(s3), URI), attempt, times, monotonic=time.monotonic)

    return create


def seconds_until_acquired(lease, time, *, meanwhile=lambda: None):
    started_at = time.elapsed_s
    while not lease.try_acquire():
        time.sleep(TIMES.poll_s)
        meanwhile()
    return time.elapsed_s - started_at


def test_a_free_lease_is_acquired_at_once_and_again_after_its_release(new_lease):
    for _ in range(2):
        lease = new_lease()
        assert not lease.may_send()
        assert lease.try_acquire()
        assert lease.may_send()
        lease.release()
        assert not lease.may_send()


def test_after_the_death_of_its_holder_another_attempt_has_the_lease_within_65_seconds(new_lease, time):
    assert new_lease().try_acquire()

    assert seconds_until_acquired(new_lease(), time) <= TIMES.lease_s + TIMES.poll_s


def test_a_lease_that_s3_calls_old_is_acquired_at_once(new_lease, s3, monkeypatch):
    assert new_lease().try_acquire()
    date = {"ResponseMetadata": {"HTTPHeaders": {"date": "Fri, 20 Nov 2026 12:01:30 GMT"}}}
    get = s3.get_object
    monkeypatch.setattr(s3, "get_object", lambda **arguments: get(**arguments) | date)

    assert new_lease().try_acquire()


def test_the_holder_keeps_the_lease_while_it_renews_it(new_lease, time):
    holder, waiting = new_lease(), new_lease()
    assert holder.try_acquire()
    for _ in range(20):
        time.sleep(TIMES.renew_s)
        assert holder.renew()
        assert holder.may_send()
        assert not waiting.try_acquire()


def test_a_newer_attempt_gets_the_lease_at_the_next_renewal(new_lease, time):
    holder, newer = new_lease(attempt=1), new_lease(attempt=2)
    assert holder.try_acquire()
    assert not newer.try_acquire()
    assert not holder.renew()
    assert holder.is_lost
    assert not holder.may_send()
    assert not newer.try_acquire(), "the holder still waits for its calls"
    holder.release()

    assert not new_lease(attempt=1).try_acquire()
    assert newer.try_acquire()


def test_a_newer_attempt_gets_the_lease_although_the_holder_does_not_release_it(new_lease, time):
    holder, newer = new_lease(attempt=1), new_lease(attempt=2)
    assert holder.try_acquire()

    assert seconds_until_acquired(newer, time, meanwhile=holder.renew) <= TIMES.lease_s + TIMES.poll_s
    assert not holder.may_send()


def test_a_holder_that_stopped_for_a_minute_does_not_release_the_lease_of_the_next_one(new_lease, time):
    stopped, holder = new_lease(), new_lease()
    assert stopped.try_acquire()
    seconds_until_acquired(holder, time)

    assert not stopped.may_send()
    assert not stopped.renew()
    assert stopped.is_lost
    stopped.release()
    assert holder.renew()


def test_without_renewal_the_holder_stops_before_the_lease_expires_and_continues_after_one(
    new_lease, s3, time, caplog
):
    lease = new_lease()
    assert lease.try_acquire()
    s3.error = EndpointConnectionError(endpoint_url="s3")
    time.sleep(TIMES.send_s)
    assert not lease.renew()
    assert not lease.renew()
    assert not lease.may_send()
    assert not lease.is_lost
    assert caplog.text.count("could not be renewed") == 1
    s3.error = None

    assert lease.renew()
    assert lease.may_send()


def test_a_lease_that_cannot_be_renewed_for_five_minutes_is_an_error(new_lease, s3, time):
    lease = new_lease()
    assert lease.try_acquire()
    s3.error = EndpointConnectionError(endpoint_url="s3")
    time.sleep(299)
    assert not lease.renew()
    assert not lease.is_lost
    time.sleep(1)
    assert not lease.renew()
    assert lease.is_lost
    assert isinstance(lease.error, Unavailable)


def test_a_denied_renewal_is_an_error_at_once(new_lease, s3):
    lease = new_lease()
    assert lease.try_acquire()
    s3.error = ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")
    assert not lease.renew()

    assert isinstance(lease.error, AccessDenied)
    lease.release()


def test_the_lease_is_renewed_in_a_thread_and_released_after_the_block(new_lease, s3):
    lease = new_lease(times=LeaseTimes(renew_s=0.01))
    assert lease.try_acquire()
    first = s3.objects[str(URI)]
    with lease.renewed():
        while s3.objects[str(URI)] == first:
            pass

    assert b'"is_released":true' in s3.objects[str(URI)]
