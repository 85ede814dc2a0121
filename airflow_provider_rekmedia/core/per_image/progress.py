"""How far a per-image job is."""

from dataclasses import dataclass

__all__ = ["Progress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """
    How far a job is.

    :param done: Lines that are settled, failed ones among them, and those of earlier tries.
    :param failed: Lines without a result.
    :param tps: Images settled a second, by this try so far.
    :param throttled: Calls of this try that were throttled.
    """

    total: int
    done: int
    failed: int
    tps: float
    throttled: int

    @property
    def left(self) -> int:
        """Lines that are not settled yet."""
        return self.total - self.done

    @property
    def eta_s(self) -> float | None:
        """Seconds to go at this rate; ``None`` while there is none."""
        return self.left / self.tps if self.tps else None
