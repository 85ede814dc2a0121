"""The verdict on an image, and its cause."""

from enum import StrEnum
from typing import Final, Self

import msgspec

__all__ = ["ALLOWED", "NOT_ANALYZED", "Decision", "Verdict"]

#: The rule of the verdict on an image that failed or is unaccounted for.
NOT_ANALYZED: Final = "not_analyzed"


class Decision(StrEnum):
    """The three verdicts, from mild to severe."""

    #: 0 to 2; a larger value is more severe.
    severity: int

    def __new__(cls, value: str, severity: int) -> Self:
        """Create a member with its severity as an attribute, because it is read for each label."""
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

    :param rule: The rule of the policy that decided: the name of a label, with a prefix such as
        ``"Illustrated: "`` for a rule of a content type; ``"default"``; ``"unknown_labels"``;
        ``"not_analyzed"``; or ``""`` for an image without labels.
    :param labels: The labels of the image that caused the verdict, the most confident first.
    :param confidence: The confidence of the first of them, percent; 0 for no label.
    """

    decision: Decision
    rule: str = ""
    labels: tuple[str, ...] = ()
    confidence: float = 0.0


#: The verdict on an image without labels.
ALLOWED: Final = Verdict(Decision.ALLOW)
