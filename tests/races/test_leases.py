"""Attempts that share a lease, in random orders of their calls and of time."""

from collections import Counter

from aws_stage import OUTPUT
from fuzz.memory_s3 import MemoryS3
from races.interleavings import Stepped, random_schedules, run_at_once

from airflow_provider_rekmedia.adapters.per_image.leases import LeaseStore
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.per_image.lease import LeaseTimes
from airflow_provider_rekmedia.services.per_image.job_lease import JobLease

URI = OUTPUT.join("_rekmedia/per_image/lease.json")
IMAGES = 4
TIMES = LeaseTimes()


class Scene:
    """Images that attempts analyze under a lease, one at a time. Each attempt has a clock of its own."""

    def __init__(self):
        self.s3 = MemoryS3()
        self.now = 0.0
        self.journal, self.billed = set(), Counter()
        self.leases, self.acquired, self.running = [], 0, 0

    def lease(self, attempt, number):
        offset = 1000.0 * len(self.leases)  # clocks of two machines start at different times
        store = LeaseStore(S3Objects(Stepped(self.s3, attempt)), URI)
        self.leases.append(JobLease(store, number, TIMES, monotonic=lambda: self.now + offset))
        return self.leases[-1]

    def analyze(self, attempt, number):
        self.running += 1
        try:
            while len(self.journal) < IMAGES:
                lease = self.lease(attempt, number)
                if self.acquire(lease):
                    self.send_images(attempt, lease)
                    lease.release()
        finally:
            self.running -= 1

    def acquire(self, lease):
        while len(self.journal) < IMAGES:
            if lease.try_acquire():
                self.acquired += 1
                return True
        return False

    def send_images(self, attempt, lease):
        for image in set(range(IMAGES)) - self.journal:
            lease.renew()
            while not lease.may_send():
                if lease.is_lost:
                    return
                lease.renew()
            assert [other for other in self.leases if other.may_send()] == [lease]
            attempt.step("send")  # the attempt may stop here for any time, and send after it
            self.billed[image] += 1
            attempt.step("journal")
            self.journal.add(image)

    def pass_time(self, attempt):
        while self.running:
            attempt.step("time")
            self.now += 7.0


def test_two_attempts_never_send_at_the_same_time():
    for schedule in random_schedules(150):
        scene = Scene()
        run_at_once(
            schedule,
            lambda attempt, scene=scene: scene.analyze(attempt, 1),
            lambda attempt, scene=scene: scene.analyze(attempt, 2),
            scene.pass_time,
        )
        assert len(scene.journal) == IMAGES
        assert scene.billed.total() <= IMAGES + scene.acquired - 1


def test_if_an_attempt_dies_another_one_continues():
    for schedule in random_schedules(150):
        scene = Scene()
        attempts = run_at_once(
            schedule,
            lambda attempt, scene=scene: scene.analyze(attempt, 1),
            lambda attempt, scene=scene: scene.analyze(attempt, 1),
            scene.pass_time,
            kills=1,
        )
        if not attempts[2].is_killed:
            assert len(scene.journal) == IMAGES
        assert scene.billed.total() <= IMAGES + max(0, scene.acquired - 1)
