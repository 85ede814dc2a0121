"""How far a per-image job is."""

from dataclasses import dataclass

__all__ = ["Progress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """
    How far a job is.

    :param total: Lines of the manifest.
    :param done: Lines with an outcome: a result or an error, of this try or of earlier ones.
    :param failed: Lines with an error.
    :param tps: Images per second that this try has done so far.
    :param throttled: Throttled calls of this try.
    """

    total: int
    done: int
    failed: int
    tps: float
    throttled: int

    @property
    def left(self) -> int:
        """Lines without an outcome."""
        return self.total - self.done

    @property
    def eta_s(self) -> float | None:
        """Seconds until the end at this rate; ``None`` if no image is done yet."""
        return self.left / self.tps if self.tps else None
