import sys
import threading
import time

import pytest

from airflow_provider_rekmedia.adapters.image_calls import ImageCalls
from airflow_provider_rekmedia.core.refusals import AccessDenied, ImageRefused, Throttled, Unavailable
from airflow_provider_rekmedia.core.settled_image import SettledImage

BOUND = 4


def image_lines(count):
    return iter([(number, f"s3://photos/{number}.jpg") for number in range(1, count + 1)])


def answered(image):
    return SettledImage(line=image[0], source_ref=image[1], answer={"ModerationLabels": []})


def refusal(kind):
    return kind(operation="DetectModerationLabels", code=kind.__name__, message="no")


class NoPace:
    """A pacer that holds nobody back; the real one has tests of its own."""

    def reserve(self, now):
        return 0.0

    def settle(self, now, *, refused):
        pass


class Service:
    """Answers after a moment, refuses what it is told to, and sees how many ask at once."""

    def __init__(self, *, refusals=()):
        self.refusals = list(refusals)
        self.lock = threading.Lock()
        self.at_once = self.most_at_once = self.calls = 0

    def __call__(self, image):
        with self.lock:
            self.calls += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            refused = self.refusals.pop(0) if self.refusals else None
        time.sleep(0.002)
        with self.lock:
            self.at_once -= 1
        if refused:
            raise refusal(refused)
        return answered(image)


def take_all(calls, wait_s=0.01):
    calls.start()
    taken = []
    while not calls.is_over:
        taken += (answers := calls.take(wait_s))
        calls.free(answers)
    return taken


def calls_of(images, service):
    return ImageCalls(images, service, bound=BOUND, pacer=NoPace())


def test_every_image_is_called_once_and_never_more_at_once_than_the_bound():
    service, together = Service(), threading.Barrier(BOUND)

    def call(image):
        together.wait(timeout=10)  # goes on only when so many calls are in flight
        return service(image)

    taken = take_all(calls_of(image_lines(12 * BOUND), call))

    assert sorted(image.line for image in taken) == list(range(1, 12 * BOUND + 1))
    assert service.calls == 12 * BOUND
    assert service.most_at_once <= BOUND


def test_the_last_answer_is_taken_though_its_thread_ends_while_we_ask():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        taken = [len(take_all(calls_of(image_lines(BOUND), answered), wait_s=0)) for _ in range(500)]
    finally:
        sys.setswitchinterval(interval)

    assert taken == [BOUND] * 500


def test_images_are_taken_no_faster_than_answers_are_written_down():
    images, service = image_lines(1_000), Service()
    calls = calls_of(images, service)
    calls.start()
    time.sleep(0.2)  # nobody takes an answer

    assert service.calls == BOUND
    taken = calls.take(0)
    time.sleep(0.2)  # taken, and not written down
    assert service.calls == BOUND
    calls.free(taken)
    time.sleep(0.2)
    assert service.calls == 2 * BOUND
    calls.stop()
    while not calls.is_over:
        taken += calls.take(0.01)
    assert len(taken) == service.calls, "what is paid is given, even after the stop"


def test_after_a_stop_the_taker_sleeps_until_the_calls_in_flight_have_ended():
    begun, answer = threading.Barrier(BOUND + 1), threading.Event()

    def call(image):
        begun.wait(timeout=10)
        answer.wait(timeout=10)
        return answered(image)

    calls = calls_of(image_lines(100), call)
    calls.start()
    begun.wait(timeout=10)
    calls.stop()
    threading.Timer(0.2, answer.set).start()
    taken = []
    while not calls.is_over:
        taken.append(len(calls.take(wait_s=10)))

    assert sum(taken) == BOUND
    assert len(taken) <= 3, "woken by the stop, by a part of the bound, and by the end"


def test_where_the_system_gives_no_more_threads_those_there_are_can_be_stopped(monkeypatch):
    start, started = threading.Thread.start, []

    def scarce(thread):
        if len(started) == 2:
            raise RuntimeError
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", scarce)
    service = Service()
    calls = calls_of(image_lines(1_000), service)
    with pytest.raises(RuntimeError):
        calls.start()

    calls.stop()
    taken = []
    while not calls.is_over:
        taken += calls.take(0.01)
    assert len(taken) == service.calls


def test_throttled_calls_and_faults_are_made_again():
    service = Service(refusals=[Throttled, Unavailable, Throttled])
    calls = calls_of(image_lines(10), service)

    assert {image.code for image in take_all(calls)} == {None}
    assert (service.calls, calls.throttled) == (13, 2)


def test_a_refused_image_is_settled_with_the_services_words():
    taken = take_all(calls_of(image_lines(3), Service(refusals=[ImageRefused])))

    assert sorted(str(image.code) for image in taken) == ["ImageRefused", "None", "None"]
    assert {image.message for image in taken if image.code} == {"no"}


def test_what_concerns_every_image_stops_the_calls_and_keeps_what_was_answered():
    service = Service(refusals=[None] * 5 + [AccessDenied])
    calls = calls_of(image_lines(1_000), service)

    taken = take_all(calls)

    assert isinstance(calls.error, AccessDenied)
    assert len(taken) == service.calls - 1
    assert service.calls <= 6 + BOUND


def test_a_bug_in_a_call_is_not_swallowed():
    def broken(image):
        raise ZeroDivisionError

    calls = calls_of(image_lines(3), broken)
    take_all(calls)

    assert isinstance(calls.error, ZeroDivisionError)


@pytest.mark.parametrize("count", [0, 1])
def test_few_images_end_at_once(count):
    assert len(take_all(calls_of(image_lines(count), Service()))) == count
