"""The states of a job, as data, and which one it is in after how many seconds."""

from dataclasses import dataclass
from typing import Final

from .settings import Settings

__all__ = ["ACTIVE", "STAGES", "Schedule"]

#: The states before the end, in order, each with the setting that says how long it lasts.
STAGES: Final = (("CREATED", "created_s"), ("QUEUED", "queued_s"), ("IN_PROGRESS", "in_progress_s"))

#: Whether a job in this state counts as running when queued ones are not counted.
ACTIVE: Final = {"CREATED": False, "QUEUED": False, "IN_PROGRESS": True}

_ROUNDING_S: Final = 1e-6


@dataclass(frozen=True)
class Schedule:
    """
    How long a job stays in each state before its end; fixed when the job is created.

    :param by_hand: the clock does not count, only what is skipped; each state then is one second long.
    """

    durations_s: tuple[float, ...]
    by_hand: bool

    @classmethod
    def of(cls, settings: Settings) -> "Schedule":
        """Take the schedule that new jobs get."""
        durations = tuple(1.0 if settings.by_hand else getattr(settings, name) for _, name in STAGES)
        return cls(durations, settings.by_hand)

    @property
    def total_s(self) -> float:
        """How long a job lasts in all."""
        return sum(self.durations_s)

    def elapsed_s(self, *, created_at: float, skipped_s: float, now: float) -> float:
        """How far a job is: by the clock, unless it goes by hand, plus what was skipped."""
        return skipped_s + (0.0 if self.by_hand else now - created_at)

    def stage(self, elapsed_s: float) -> str | None:
        """Name the state at a moment; ``None`` means that the job is at its end."""
        boundary = 0.0
        for (name, _), duration in zip(STAGES, self.durations_s, strict=True):
            boundary += duration
            if elapsed_s < boundary - _ROUNDING_S:
                return name
        return None

    def to_next_stage_s(self, elapsed_s: float) -> float:
        """Count the seconds to the next state; 0 at the end."""
        boundary = 0.0
        for duration in self.durations_s:
            boundary += duration
            if elapsed_s < boundary - _ROUNDING_S:
                return boundary - elapsed_s
        return 0.0
