"""The answer to one question, or why it is still open."""

from typing import Self

import msgspec

__all__ = ["Answer"]


class Answer(msgspec.Struct, frozen=True):
    """
    What AWS did.

    :param text: The answer; ``None`` while the question is open.
    :param evidence: What was seen, or why there is no answer.
    """

    text: str | None
    evidence: str

    @classmethod
    def open(cls, reason: str) -> Self:
        """Make the answer to a question that this run could not answer."""
        return cls(None, reason)
