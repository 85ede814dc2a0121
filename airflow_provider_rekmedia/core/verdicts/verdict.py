"""What is decided about an image, and why."""

from enum import StrEnum
from typing import Final, Self

import msgspec

__all__ = ["ALLOWED", "Decision", "Verdict"]


class Decision(StrEnum):
    """The three verdicts, from mild to severe."""

    #: 0 to 2; the larger is the worse.
    severity: int

    def __new__(cls, value: str, severity: int) -> Self:
        """Make a member that has its severity at hand: it is asked once for each label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.severity = severity
        return member

    ALLOW = "allow", 0
    REVIEW = "review", 1
    BLOCK = "block", 2


class Verdict(msgspec.Struct, frozen=True, gc=False):
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
