"""Counts outcomes: by outcome, and by verdict and verb."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .action_record import ActionOutcome
from .verb import Outcome

__all__ = ["ActionCounts"]


@dataclass(slots=True)
class ActionCounts:
    """The counts of one task. Each object counts once."""

    by_outcome: Counter[Outcome] = field(default_factory=Counter)
    by_action: dict[str, Counter[Outcome]] = field(default_factory=dict)
    marker_only: int = 0

    def add(self, records: Iterable[ActionOutcome]) -> None:
        """Count the outcomes of a batch."""
        for record in records:
            self.by_outcome[record.outcome] += 1
            name = f"{record.action.verdict}: {record.action.verb}"
            self.by_action.setdefault(name, Counter())[record.outcome] += 1
            self.marker_only += record.marker_only

    @property
    def objects(self) -> int:
        """All objects."""
        return self.by_outcome.total()

    def as_dict(self) -> dict[str, int]:
        """Return the XCom ``counts``: all outcomes, also those without objects."""
        return {
            "objects": self.objects,
            **{str(outcome): self.by_outcome[outcome] for outcome in Outcome},
            "marker_only": self.marker_only,
        }

    def actions_as_dict(self) -> dict[str, Any]:
        """Return the outcomes of each verdict and verb, such as ``{"block: move": {"done": 3}}``."""
        return {
            name: {str(outcome): count for outcome, count in counts.items()}
            for name, counts in sorted(self.by_action.items())
        }
