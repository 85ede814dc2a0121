"""The faults of one emulator, and which of them affects a call."""

import random
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from airflow_provider_rekmedia.emulator.protocol.operations import BULK_OPERATIONS

from .fault import S3, Fault

__all__ = ["ActiveFaults", "TriggeredFault"]


@dataclass(frozen=True)
class TriggeredFault:
    """
    A fault that affects the current call.

    :param kind: the one of the fault's kinds whose turn it is.
    """

    kind: str
    fault: Fault


@dataclass
class _ActiveFault:
    fault: Fault
    seen: int = 0
    triggered: int = 0
    generator: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.generator = random.Random(self.fault.seed)  # noqa: S311 - tests need repeatable numbers

    def trigger(self) -> TriggeredFault | None:
        """Count a matching call, and decide whether the fault affects it."""
        fault = self.fault
        if fault.max_times is not None and self.triggered >= fault.max_times:
            return None
        self.seen += 1
        if self.seen <= fault.after or self.generator.random() >= fault.share:
            return None
        self.triggered += 1
        return TriggeredFault(fault.kinds[(self.triggered - 1) % len(fault.kinds)], fault)


class ActiveFaults:
    """The faults of one emulator, oldest first. Not thread-safe: the caller holds the state's lock."""

    def __init__(self) -> None:
        self._faults: list[_ActiveFault] = []

    def add(self, faults: Iterable[Fault]) -> None:
        """Add faults after the existing ones."""
        self._faults.extend(_ActiveFault(fault) for fault in faults)

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def trigger(self, operation: str, *, closed: Container[str] = BULK_OPERATIONS) -> TriggeredFault | None:
        """
        Find the oldest fault that affects this call.

        :param operation: one of the four operations, or ``S3``.
        :param closed: the operations that the fault ``closed`` denies.
        """
        for active in self._faults:
            if _matches(active.fault, operation, closed=closed) and (triggered := active.trigger()):
                return triggered
        return None

    def trigger_job_failure(self) -> TriggeredFault | None:
        """Find the fault that makes a starting job fail later."""
        for active in self._faults:
            if active.fault.kinds == ("fail_job",) and (triggered := active.trigger()):
                return triggered
        return None


def _matches(fault: Fault, operation: str, *, closed: Container[str]) -> bool:
    if fault.kinds == ("fail_job",):
        return False
    if fault.kinds == ("closed",):
        return operation in closed
    return fault.operation == operation or (fault.operation == "*" and operation != S3)
