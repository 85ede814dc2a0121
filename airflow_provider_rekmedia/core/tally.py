"""Counts over results and errors, in memory that does not grow with the number of images."""

import heapq
from collections import Counter
from itertools import count
from typing import Any, assert_never

from .results import BadLine, ImageResult
from .summary import ImageError

__all__ = ["Tally"]


class Tally:
    """
    Counts what one or more jobs found.

    :param max_items: How many flagged images, and how many errors, are kept with their details; the rest is
        counted.
    """

    def __init__(self, max_items: int) -> None:
        self._max_items = max_items
        self._labels: Counter[str] = Counter()
        self._analyzed = 0
        self._flagged = 0
        self._failed = 0
        self._lines = 0
        self._worst: list[tuple[float, int, ImageResult]] = []
        self._errors: list[dict[str, Any]] = []
        self._order = count()

    def add_lines(self, lines: int) -> None:
        """Count lines of a manifest."""
        self._lines += lines

    def add_result(self, result: ImageResult) -> None:
        """Count one analyzed image; it is flagged when the service found any label."""
        self._analyzed += 1
        labels = result.detection.moderation_labels
        if not labels:
            return
        self._flagged += 1
        self._labels.update({label.name for label in labels})
        # The negative serial number keeps the earlier of two equally bad images, and results out of
        # comparisons.
        entry = (max(label.confidence for label in labels), -next(self._order), result)
        keep = heapq.heappush if len(self._worst) < self._max_items else heapq.heappushpop
        keep(self._worst, entry)

    def add_error(self, error: ImageError | BadLine) -> None:
        """Count one image, or line, that has no result."""
        self._failed += 1
        if len(self._errors) >= self._max_items:
            return
        match error:
            case ImageError():
                told = {"uri": error.source_ref, "line_number": error.line_number, "code": error.code}
                self._errors.append(told | {"message": error.message})
            case BadLine():
                told = {"uri": None, "line_number": error.line_number, "code": "BAD_RESULT_LINE"}
                self._errors.append(told | {"message": error.problem})
            case _:
                assert_never(error)

    @property
    def counts(self) -> dict[str, int]:
        """
        Images by what became of them.

        ``images`` are the manifest's lines; ``unaccounted`` are those with neither a result nor an error.
        """
        return {
            "images": self._lines,
            "analyzed": self._analyzed,
            "flagged": self._flagged,
            "failed": self._failed,
            "unaccounted": self._lines - self._analyzed - self._failed,
        }

    @property
    def label_counts(self) -> dict[str, int]:
        """How many images have each label, most frequent first."""
        return dict(self._labels.most_common())

    @property
    def flagged(self) -> list[dict[str, Any]]:
        """The worst images first, by their highest confidence, each with its labels."""
        return [
            {
                "uri": result.source_ref,
                "confidence": confidence,
                "labels": {label.name: label.confidence for label in result.detection.moderation_labels},
            }
            for confidence, _, result in sorted(self._worst, reverse=True)
        ]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The first errors, in the order of the files."""
        return list(self._errors)

    @property
    def left_out(self) -> dict[str, int]:
        """How many flagged images and errors are counted but not listed."""
        return {"flagged": self._flagged - len(self._worst), "errors": self._failed - len(self._errors)}
