"""Which fault strikes which call."""

import random
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from .faults import S3, Fault
from .settings import BULK_OPERATIONS

__all__ = ["FaultBoard", "Strike"]

_JOB_KINDS = frozenset({"fail_job"})


@dataclass(frozen=True)
class Strike:
    """A fault, and what it does this time."""

    kind: str
    fault: Fault


@dataclass
class _Armed:
    fault: Fault
    seen: int = 0
    struck: int = 0
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.fault.seed)  # noqa: S311 - a test wants the same dice again

    def strike(self) -> Strike | None:
        """Count a call that the fault could strike, and say whether it does."""
        if self.fault.times is not None and self.struck >= self.fault.times:
            return None
        self.seen += 1
        if self.seen <= self.fault.after or self.dice.random() >= self.fault.probability:
            return None
        self.struck += 1
        kinds = self.fault.kind
        return Strike(kinds[(self.struck - 1) % len(kinds)], self.fault)


class FaultBoard:
    """The faults of one world, oldest first. Not thread-safe: whoever holds it holds the world's lock."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def arm(self, faults: Iterable[Fault]) -> None:
        """Add faults behind those that are there."""
        self._armed.extend(_Armed(fault) for fault in faults)

    def clear(self) -> None:
        """Forget all faults."""
        self._armed.clear()

    def draw(self, operation: str, *, closed: Container[str] = BULK_OPERATIONS) -> Strike | None:
        """
        Find what strikes this call: the first fault that does.

        :param operation: one of the four, or ``S3``.
        :param closed: the operations that a closed account is refused.
        """
        for armed in self._armed:
            fault = armed.fault
            if fault.kind == ("closed",):
                concerned = operation in closed
            else:
                concerned = fault.operation == operation or (fault.operation == "*" and operation != S3)
            if concerned and not _JOB_KINDS.issuperset(fault.kind) and (strike := armed.strike()):
                return strike
        return None

    def draw_failure(self) -> Strike | None:
        """Find what a job that starts now will fail of."""
        for armed in self._armed:
            if _JOB_KINDS.issuperset(armed.fault.kind) and (strike := armed.strike()):
                return strike
        return None
