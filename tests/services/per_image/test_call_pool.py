import threading
import time
from collections import Counter

import pytest
from services.per_image.pool_stage import BOUND, Journal, Service, answered, calls_of, image_lines

from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    ImageRefused,
    Throttled,
    Unavailable,
    UnknownRefusal,
)
from airflow_provider_rekmedia.core.per_image.pacing import CallOutcome
from airflow_provider_rekmedia.services.per_image import call_pool as module
from airflow_provider_rekmedia.services.per_image.call_pool import CallPool


def wait_until(condition):
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def journal():
    return Journal()


def test_three_quarters_of_the_concurrency_are_calls_and_each_image_is_called_once(journal):
    at_once = BOUND * 3 // 4
    service, together = Service(), threading.Barrier(at_once)

    def call(image):
        together.wait(timeout=10)  # goes on only when so many calls are in flight
        return service(image)

    calls_of(image_lines(12 * BOUND), call, journal).run()

    assert sorted(image.line for image in journal.written) == list(range(1, 12 * BOUND + 1))
    assert service.calls == 12 * BOUND
    assert service.most_at_once <= at_once


@pytest.mark.parametrize("bound", [1, 2, 3, 8])
def test_every_image_is_written_with_any_concurrency(journal, bound):
    calls_of(image_lines(50), Service(), journal, bound=bound).run()

    assert sorted(image.line for image in journal.written) == list(range(1, 51))


def test_no_image_starts_before_an_earlier_one_is_written():
    service, writing, written = Service(), threading.Semaphore(0), []

    def write(answers):
        writing.acquire()
        written.extend(answers)

    calls = calls_of(image_lines(1_000), service, write)
    work = threading.Thread(target=calls.run, daemon=True)
    work.start()
    wait_until(lambda: service.calls == BOUND)
    time.sleep(0.3)  # there is no event for "no more calls start"
    assert service.calls == BOUND

    writing.release()
    wait_until(lambda: BOUND < service.calls == BOUND + len(written))

    calls.is_stopped = True
    for _ in range(1_000):
        writing.release()
    work.join(timeout=10)
    assert len(written) == service.calls, "what is paid is written, even after the stop"


def test_an_incomplete_part_is_written_after_a_moment(journal):
    answer, calls_begun = threading.Event(), []

    def call(image):
        calls_begun.append(image)
        if image[0] > 2:
            answer.wait(timeout=10)
        return answered(image)

    calls = calls_of(image_lines(8), call, journal, bound=40)
    work = threading.Thread(target=calls.run, daemon=True)
    work.start()
    wait_until(lambda: len(journal.written) == 2)
    assert sorted(image.line for image in journal.written) == [1, 2]
    answer.set()
    work.join(timeout=10)
    assert len(journal.written) == 8


def test_if_no_more_threads_start_the_running_ones_write_their_results(monkeypatch, journal):
    start, started = threading.Thread.start, []

    def scarce(thread):
        if len(started) == 2:
            raise RuntimeError
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", scarce)
    service = Service()
    calls = calls_of(image_lines(1_000), service, journal)
    calls.run()

    assert isinstance(calls.error, RuntimeError)
    assert len(journal.written) == service.calls < 1_000


def test_a_failed_write_is_retried_once_at_the_end(journal):
    journal.failures = [OSError("disk")]
    service = Service()
    calls = calls_of(image_lines(1_000), service, journal)
    calls.run()

    assert isinstance(calls.error, OSError)
    assert len(journal.written) == service.calls < 1_000


def test_throttled_and_failed_calls_are_retried(journal):
    service = Service(refusals=[Throttled, Unavailable, Throttled])
    calls = calls_of(image_lines(10), service, journal)
    calls.run()

    assert {image.code for image in journal.written} == {None}
    assert (service.calls, calls.throttled) == (13, 2)


def test_a_refused_image_fails_with_the_message_of_the_service(journal):
    calls_of(image_lines(3), Service(refusals=[ImageRefused]), journal).run()

    assert Counter(image.code for image in journal.written) == {"InvalidImageFormatException": 1, None: 2}
    assert {image.message for image in journal.written if image.code} == {"no"}


def test_an_error_for_every_image_stops_the_calls_and_keeps_the_results(journal):
    service = Service(refusals=[None] * 5 + [AccessDenied])

    def call(image):
        deadline = time.monotonic() + 10
        # On a busy machine, the thread of the refusal may run late.
        while service.calls >= 6 and calls.error is None and time.monotonic() < deadline:
            time.sleep(0.001)
        return service(image)

    calls = calls_of(image_lines(1_000), call, journal)
    calls.run()

    assert isinstance(calls.error, AccessDenied)
    assert len(journal.written) == service.calls - 1
    assert service.calls <= 6 + BOUND


def test_an_unknown_refusal_is_a_failed_image_once_another_succeeds(journal):
    service = Service(refusals=[UnknownRefusal] * 6)
    calls_of(image_lines(20), service, journal, bound=2).run()

    assert sorted(str(image.code) for image in journal.written) == ["None"] * 14 + ["UnknownRefusal"] * 6
    assert service.calls == 20


@pytest.mark.parametrize("bound", [1, 2, 50])
def test_if_every_image_is_refused_the_job_fails_and_no_image(monkeypatch, journal, bound):
    clock = iter(range(10**9))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock) / 10)
    service = Service(refusals=[UnknownRefusal] * 10_000)
    calls = calls_of(image_lines(10_000), service, journal, bound=bound)
    calls.run()

    assert isinstance(calls.error, UnknownRefusal)
    assert journal.written == []
    assert 25 <= service.calls < 10_000


def test_one_fault_per_concurrent_call_does_not_stop_the_job(journal):
    service = Service(refusals=[Unavailable] * 64)
    calls = calls_of(image_lines(200), service, journal, bound=64)
    calls.run()

    assert calls.error is None
    assert {image.code for image in journal.written} == {None}


def test_minutes_of_nothing_but_throttling_stop_the_job(monkeypatch, journal):
    clock = iter(range(10**9))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    service = Service(refusals=[None] * 3 + [Throttled] * 10_000)
    calls = calls_of(image_lines(10), service, journal)
    calls.run()

    assert isinstance(calls.error, Throttled)
    assert len(journal.written) == 3


def test_a_bug_in_a_call_is_not_swallowed(journal):
    def broken(image):
        raise ZeroDivisionError

    calls = calls_of(image_lines(3), broken, journal)
    calls.run()

    assert isinstance(calls.error, ZeroDivisionError)


def test_the_pacer_reserves_each_call_and_gets_its_outcome(journal):
    reservations, outcomes = [], []

    class Pace:
        def reserve(self, now):
            reservations.append(now)
            return 0.01

        def settle(self, now, reply):
            outcomes.append(reply)

    service = Service(refusals=[Throttled, None, Throttled])
    calls = CallPool(image_lines(5), service, journal, bound=1, pacer=Pace())
    begun = time.monotonic()
    calls.run()

    assert len(reservations) == service.calls == 7
    assert Counter(outcomes) == {CallOutcome.ACCEPTED: 5, CallOutcome.THROTTLED: 2}
    assert time.monotonic() - begun >= 7 * 0.01


@pytest.mark.parametrize("count", [0, 1])
def test_a_short_manifest_ends_at_once(journal, count):
    calls_of(image_lines(count), Service(), journal).run()

    assert len(journal.written) == count


def test_no_image_is_sent_while_the_pool_may_not_send(journal, monkeypatch):
    monkeypatch.setattr(module, "_TICK_S", 0.005)
    service, may_send, checked = Service(), threading.Event(), threading.Semaphore(0)

    def check():
        checked.release()
        return may_send.is_set()

    calls = calls_of(image_lines(20), service, journal, may_send=check)
    thread = threading.Thread(target=calls.run)
    thread.start()
    for _ in range(5):
        assert checked.acquire(timeout=10)
    assert service.calls == 0
    may_send.set()
    thread.join(10)

    assert service.calls == len(journal.written) == 20


def test_a_pool_that_may_not_send_can_be_stopped(journal, monkeypatch):
    monkeypatch.setattr(module, "_TICK_S", 0.005)
    service = Service()
    calls = calls_of(image_lines(20), service, journal, may_send=lambda: False)
    calls.is_stopped = True
    calls.run()

    assert service.calls == 0
