"""Counts how the verdicts on the same results differ between two policies."""

from collections import Counter
from collections.abc import Iterator, Sequence

from airflow_provider_rekmedia.core.results.image_result import ImageResult

from .policy import Policy, verdicts
from .verdict import Decision

__all__ = ["PolicyDiff"]


class PolicyDiff:
    """
    The differences between two policies over results that are added in parts.

    :param old: The policy whose verdicts are the start.
    :param new: The policy whose verdicts are the end.
    """

    def __init__(self, old: Policy, new: Policy) -> None:
        self._old = old
        self._new = new
        self._counts: Counter[tuple[Decision, Decision]] = Counter()

    def add(self, results: Sequence[ImageResult], not_analyzed: int = 0) -> None:
        """
        Judge images by both policies.

        :param not_analyzed: Number of images without a result.
        """
        pairs = zip(verdicts(results, self._old), verdicts(results, self._new), strict=True)
        self._counts.update((old.decision, new.decision) for old, new in pairs)
        if not_analyzed:
            self._counts[self._old.not_analyzed, self._new.not_analyzed] += not_analyzed

    @property
    def images(self) -> int:
        """Number of images that were judged."""
        return self._counts.total()

    @property
    def changed(self) -> int:
        """Number of images with another verdict."""
        return sum(count for (old, new), count in self._counts.items() if old is not new)

    def iter_changes(self) -> Iterator[tuple[Decision, Decision, int]]:
        """Yield each pair of verdicts that occurs, with its images: every change, then the unchanged ones."""
        ordered = sorted(self._counts.items(), key=lambda item: (item[0][0] is item[0][1], -item[1], item[0]))
        yield from ((old, new, count) for (old, new), count in ordered)
