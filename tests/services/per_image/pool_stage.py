"""A service and a journal for the pool of calls."""

import threading
import time

from airflow_provider_rekmedia.core.errors import ImageRefused, ObjectUnreadable
from airflow_provider_rekmedia.core.per_image.settled_image import SettledImage
from airflow_provider_rekmedia.services.per_image.call_pool import CallPool

BOUND = 4


def image_lines(count):
    return iter([(number, f"s3://photos/{number}.jpg") for number in range(1, count + 1)])


def answered(image):
    return SettledImage(line=image[0], source_ref=image[1], answer={"ModerationLabels": []})


CODES = {ImageRefused: "InvalidImageFormatException", ObjectUnreadable: "InvalidS3ObjectException"}


def refusal(kind):
    return kind(operation="DetectModerationLabels", code=CODES.get(kind, kind.__name__), message="no")


class NoPace:
    """A pacer that holds nobody back; the real one has tests of its own."""

    def reserve(self, now):
        return 0.0

    def settle(self, now, reply):
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
        time.sleep(0.002)  # so that several are in flight
        with self.lock:
            self.at_once -= 1
        if refused:
            raise refusal(refused)
        return answered(image)


class Journal:
    """Keeps what is written, and can be told to fail."""

    def __init__(self):
        self.written, self.failures = [], []

    def __call__(self, answers):
        if self.failures:
            raise self.failures.pop()
        self.written += answers


def calls_of(images, service, write, *, bound=BOUND, **options):
    return CallPool(images, service, write, bound=bound, pacer=NoPace(), **options)
