"""Counts over results and errors, in memory that does not grow with the number of images."""

import heapq
from collections import Counter
from itertools import count
from typing import Any

from .image_failure import UNACCOUNTED
from .outcomes import ImageFailure, Outcomes
from .results import ImageResult

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
        self._unaccounted = 0
        self._told = 0
        self._worst: list[tuple[float, int, ImageResult]] = []
        self._errors: list[dict[str, Any]] = []
        self._order = count()

    def add(self, outcomes: Outcomes) -> None:
        """Count a part of a job's images."""
        self._analyzed += len(outcomes.results)
        for result in outcomes.results:
            if result.detection.moderation_labels:
                self._add_flagged(result)
        for failure in outcomes.failures:
            self._add_failure(failure)

    def _add_flagged(self, result: ImageResult) -> None:
        labels = result.detection.moderation_labels
        self._flagged += 1
        self._labels.update({label.name for label in labels})
        # The negative serial number keeps the earlier of two equally bad images, and results out of
        # comparisons.
        entry = (max(label.confidence for label in labels), -next(self._order), result)
        keep = heapq.heappush if len(self._worst) < self._max_items else heapq.heappushpop
        keep(self._worst, entry)

    def _add_failure(self, failure: ImageFailure) -> None:
        if failure.code == UNACCOUNTED:
            self._unaccounted += 1
        else:
            self._failed += failure.is_line
        self._told += 1
        if len(self._errors) < self._max_items:
            told = {"uri": failure.uri, "line_number": failure.line_number, "code": failure.code}
            self._errors.append(told | {"message": failure.message})

    @property
    def counts(self) -> dict[str, int]:
        """
        Images by what became of them.

        ``images`` are the manifests' lines; ``unaccounted`` are those with neither a result nor an error.
        """
        return {
            "images": self._analyzed + self._failed + self._unaccounted,
            "analyzed": self._analyzed,
            "flagged": self._flagged,
            "failed": self._failed,
            "unaccounted": self._unaccounted,
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
        return {"flagged": self._flagged - len(self._worst), "errors": self._told - len(self._errors)}
