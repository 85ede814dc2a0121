"""A clock for tests that wait."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class FakeTime:
    """A clock that starts at noon and moves only when somebody sleeps, or when a test sets ``elapsed_s``."""

    def __init__(self):
        self.elapsed_s = 0.0
        self.slept = []

    @property
    def now(self):
        return NOON + timedelta(seconds=self.elapsed_s)

    def clock(self):
        return self.now

    def monotonic(self):
        return self.elapsed_s

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.elapsed_s += seconds

    async def sleep_async(self, seconds):
        self.sleep(seconds)
