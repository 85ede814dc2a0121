"""
Runs several attempts of a task at once, one call at a time, in every order of their calls.

Each attempt is a thread. It stops before every call to S3 or Rekognition, until the schedule lets it go on.
So a run is repeatable, and all orders of the calls can be tried one after the other.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any


class Killed(BaseException):
    """An attempt dies before a call, as by SIGKILL: nothing catches it."""


@dataclass
class Schedule:
    """
    The choices of one run.

    :param prefix: The first choices; the first option is chosen after them.
    :param random: Chooses after the prefix instead.
    """

    prefix: tuple[int, ...] = ()
    random: Random | None = None
    #: Each choice of the run, and how many options there were.
    choices: list[tuple[int, int]] = field(default_factory=list)

    def choose(self, options: int) -> int:
        """Return a number below *options*."""
        position = len(self.choices)
        choice = 0
        if position < len(self.prefix):
            choice = self.prefix[position]
        elif self.random:
            choice = self.random.randrange(options)
        self.choices.append((choice, options))
        return choice


def all_schedules() -> Iterator[Schedule]:
    """Yield a schedule for every order of choices. Each one is used before the next one is taken."""
    prefix: tuple[int, ...] | None = ()
    while prefix is not None:
        schedule = Schedule(prefix)
        yield schedule
        prefix = _next_prefix(schedule.choices)


def random_schedules(count: int) -> Iterator[Schedule]:
    """Yield schedules of random choices; the same ones in every test run."""
    return (Schedule(random=Random(seed)) for seed in range(count))  # noqa: S311 repeatable


def _next_prefix(choices: list[tuple[int, int]]) -> tuple[int, ...] | None:
    for position in reversed(range(len(choices))):
        choice, options = choices[position]
        if choice + 1 < options:
            return (*(made for made, _ in choices[:position]), choice + 1)
    return None


class Attempt:
    """
    One attempt of a task.

    ``result`` is what it returned, ``error`` is what it raised; both are ``None`` after a kill.
    """

    def __init__(self) -> None:
        self.result: Any = None
        self.error: Exception | None = None
        self.steps: list[str] = []
        self.is_killed = self.has_ended = False
        self._may_run = threading.Semaphore(0)
        self._has_stopped = threading.Semaphore(0)

    def step(self, name: str) -> None:
        """Stop before a call, until the schedule lets this attempt go on."""
        self.steps.append(name)
        self._has_stopped.release()
        self._may_run.acquire()
        if self.is_killed:
            raise Killed

    def start(self, body: Callable[["Attempt"], Any]) -> None:
        """Run the attempt up to its first call."""
        threading.Thread(target=self._run, args=(body,), daemon=True).start()
        self._has_stopped.acquire()

    def go_on(self) -> None:
        """Run the attempt up to its next call, or to its end."""
        self._may_run.release()
        self._has_stopped.acquire()

    def _run(self, body: Callable[["Attempt"], Any]) -> None:
        try:
            self.result = body(self)
        except Killed:
            pass
        except Exception as error:  # noqa: BLE001 the test decides
            self.error = error
        self.has_ended = True
        self._has_stopped.release()


class Stepped:
    """A boto3 client whose calls are the steps of an attempt."""

    def __init__(self, client: Any, attempt: Attempt) -> None:
        self._client = client
        self._attempt = attempt
        self.meta = client.meta

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def stepped(**arguments: Any) -> Any:
            self._attempt.step(name)
            return call(**arguments)

        return stepped


def run_at_once(
    schedule: Schedule, *bodies: Callable[[Attempt], Any], kills: int = 0, max_steps: int = 1_000
) -> list[Attempt]:
    """
    Run attempts until all have ended.

    :param bodies: Each gets its :class:`Attempt`, for its :class:`Stepped` clients.
    :param kills: Most attempts that die, at any of their steps.
    """
    attempts = [Attempt() for _ in bodies]
    for attempt, body in zip(attempts, bodies, strict=True):
        attempt.start(body)
    for _ in range(max_steps):
        running = [attempt for attempt in attempts if not attempt.has_ended]
        for attempt in attempts:
            if isinstance(attempt.error, AssertionError):
                raise attempt.error
        if not running:
            return attempts
        deaths = running if kills else []
        choice = schedule.choose(len(running) + len(deaths))
        if choice >= len(running):
            kills -= 1
            running[choice - len(running)].is_killed = True
        running[choice % len(running)].go_on()
    raise AssertionError([attempt.steps[-20:] for attempt in attempts])
