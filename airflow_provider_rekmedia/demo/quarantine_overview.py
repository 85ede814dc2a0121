"""What the quarantine did, and whether its undo restored every image."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from .bucket import StoredBytes

__all__ = ["QuarantineOverview"]


@dataclass(frozen=True)
class QuarantineOverview:
    """
    The numbers of a quarantine and its undo.

    :param moved: images that the night moved
    :param undone: images that the undo moved back
    :param restored: images of the bucket that are as before the night: the same bytes and the same tags
    :param different: images that are not
    """

    moved: int
    undone: int
    restored: int
    different: int

    @classmethod
    def compare(
        cls,
        quarantine: Mapping[str, Any],
        undone: Mapping[str, Any],
        before: Mapping[str, StoredBytes],
        after: Mapping[str, StoredBytes],
    ) -> Self:
        """
        Compare the bucket before the night with the bucket after the undo.

        :param quarantine: what the task of the night returned
        :param undone: what the task that undoes it returned
        """
        restored = sum(stored == before.get(key) for key, stored in after.items())
        return cls(
            moved=quarantine["counts"]["done"],
            undone=undone["counts"]["done"],
            restored=restored,
            different=len(after) - restored,
        )

    def iter_lines(self) -> Iterator[str]:
        """Write the overview as text."""
        yield ""
        yield "Quarantine"
        yield f"  {self.moved:5}  blocked images moved to the quarantine, each only if its bytes were judged"
        yield f"  {self.undone:5}  moved back by undo"
        yield f"  {self.restored:5}  images in the bucket as before: the same bytes, the same tags"
        yield f"  {self.different:5}  different"
