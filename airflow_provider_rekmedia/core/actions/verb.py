"""What can be done to an object, and how an action can end."""

from enum import StrEnum
from typing import Final

__all__ = ["Outcome", "Verb"]


class Verb(StrEnum):
    """What is done to an object in S3 because of its verdict."""

    TAG = "tag"
    COPY = "copy"
    MOVE = "move"
    DELETE = "delete"
    #: A function of the user gets the objects in batches.
    CALL = "call"


class Outcome(StrEnum):
    """
    How the action on one object ended.

    A retry does not repeat a final outcome. It repeats the others, because their cause may have been removed.
    """

    #: The action was done.
    DONE = "done"
    #: Nothing to do: the object is as the action would leave it.
    ALREADY = "already"
    #: The object is in a manifest for S3 Batch Operations, and this package does nothing more.
    LISTED = "listed"
    #: The object has other bytes than those that were judged. It was left alone.
    CHANGED = "changed"
    #: There is no object.
    GONE = "gone"
    #: A hold record or a legal hold protects the object.
    HELD = "held"
    #: S3 denied a call.
    DENIED = "denied"
    #: Another error.
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether a retry leaves the object alone."""
        return self not in _REPEATED


_REPEATED: Final = frozenset({Outcome.HELD, Outcome.DENIED, Outcome.FAILED})
