"""An event loop on virtual time: a sleep ends at once, and moves the clock of the loop."""

import asyncio
import selectors
from datetime import UTC, datetime, timedelta


class _Selector(selectors.SelectSelector):
    """Never waits: it counts the time that it was to wait."""

    waited_s = 0.0

    def select(self, timeout=None):
        events = super().select(0)
        if not events:
            assert timeout is not None, "every task waits for another one"
            self.waited_s += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """Use it with coroutines that wait only for time and for each other; threads would be too slow for it."""

    def __init__(self):
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self):
        return self._virtual.waited_s

    def now(self):
        """Return the virtual time, aware UTC, from noon on."""
        return datetime(2026, 5, 1, 12, tzinfo=UTC) + timedelta(seconds=self.time())


def run_virtual(scene):
    """Run ``scene(loop)``, a coroutine function, to its end."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scene(runner.get_loop()))
