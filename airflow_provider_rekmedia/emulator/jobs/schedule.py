"""The states of a job, and the state after a number of seconds."""

from dataclasses import dataclass
from typing import Final

from airflow_provider_rekmedia.emulator.settings.settings import Settings

__all__ = ["ACTIVE", "STAGES", "Schedule"]

#: The states before the end, in order, each with the setting for its duration.
STAGES: Final = (("CREATED", "created_s"), ("QUEUED", "queued_s"), ("IN_PROGRESS", "in_progress_s"))

#: Whether a job in this state is active if queued jobs do not count.
ACTIVE: Final = {"CREATED": False, "QUEUED": False, "IN_PROGRESS": True}

_ROUNDING_S: Final = 1e-6


@dataclass(frozen=True)
class Schedule:
    """
    How long a job is in each state before its end. It is fixed when the job is created.

    :param by_hand: if true, only ``advanced_s`` counts, not the clock; each state then lasts one second.
    """

    durations_s: tuple[float, ...]
    by_hand: bool

    @classmethod
    def from_settings(cls, settings: Settings) -> "Schedule":
        """Make the schedule of a new job."""
        durations = tuple(1.0 if settings.by_hand else getattr(settings, name) for _, name in STAGES)
        return cls(durations, settings.by_hand)

    @property
    def total_s(self) -> float:
        """How long the job lasts."""
        return sum(self.durations_s)

    def elapsed_s(self, *, created_at: float, advanced_s: float, now: float) -> float:
        """Compute how much of the schedule has passed."""
        return advanced_s + (0.0 if self.by_hand else now - created_at)

    def stage(self, elapsed_s: float) -> str | None:
        """Name the state at a time; ``None`` means that the job is at its end."""
        boundary = 0.0
        for (name, _), duration in zip(STAGES, self.durations_s, strict=True):
            boundary += duration
            if elapsed_s < boundary - _ROUNDING_S:
                return name
        return None

    def to_next_stage_s(self, elapsed_s: float) -> float:
        """Compute the seconds to the next state; 0 at the end."""
        boundary = 0.0
        for duration in self.durations_s:
            boundary += duration
            if elapsed_s < boundary - _ROUNDING_S:
                return boundary - elapsed_s
        return 0.0
