"""What is decided about an image, and why."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["ALLOWED", "Decision", "Verdict"]


class Decision(StrEnum):
    """The three verdicts, from mild to severe."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def severity(self) -> int:
        """0 to 2; the larger is the worse."""
        return _SEVERITY[self]


_SEVERITY: Final = {Decision.ALLOW: 0, Decision.REVIEW: 1, Decision.BLOCK: 2}


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    A decision with its cause.

    :param rule: The rule of the policy that decided: a label's name; ``"Illustrated: "`` before it when the
        image's content type has the rule; ``"default"`` or ``"unknown_labels"``; ``""`` when nothing was
        found.
    :param labels: The image's labels that caused it, the most confident first.
    :param confidence: Of the first of them, percent; 0 without one.
    """

    decision: Decision
    rule: str = ""
    labels: tuple[str, ...] = ()
    confidence: float = 0.0


#: The verdict on an image without labels.
ALLOWED: Final = Verdict(Decision.ALLOW)
