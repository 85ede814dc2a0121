"""Counts over outcomes and verdicts, in memory that does not grow with the number of images."""

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count
from operator import attrgetter
from typing import Any, Final

from airflow_provider_rekmedia.core.results.image_result import ImageResult
from airflow_provider_rekmedia.core.results.outcomes import UNACCOUNTED, ImageFailure, Outcomes

from .image_counts import ImageCounts
from .verdict import ALLOWED, Decision, Verdict

__all__ = ["Tally"]

#: Names are text of strangers; those of the taxonomy have 859 characters.
_MOST_NAME_CHARACTERS: Final = 500_000
_NAME: Final = attrgetter("name")


class Tally:
    """
    Counts what one or more jobs found.

    :param max_items: How many flagged images, and how many errors, are kept with their details; the rest is
        counted.
    :param max_bytes: How large each of these two lists, and the counts by label, may be as JSON.
    """

    def __init__(self, max_items: int, max_bytes: int) -> None:
        self._max_items = max_items
        self._max_bytes = max_bytes
        self._labels: Counter[str] = Counter()
        self._labels_together = 0
        self._decisions = [0] * len(Decision)  # by severity
        self._failed = 0
        self._unaccounted = 0
        self._told = 0
        self._worst: list[tuple[int, float, int, ImageResult, Verdict]] = []
        self._errors: list[dict[str, Any]] = []
        self._order = count()

    def add(self, outcomes: Outcomes, verdicts: Sequence[Verdict]) -> None:
        """
        Count a part of a job's images.

        :param verdicts: One for each result, in their order.
        """
        allowed, names = 0, list[str]()
        for result, verdict in zip(outcomes.results, verdicts, strict=True):
            if verdict is ALLOWED:
                allowed += 1
            else:
                self._add_labelled(result, verdict)
                names += dict.fromkeys(map(_NAME, result.detection.moderation_labels))  # each once
        self._decisions[Decision.ALLOW.severity] += allowed
        self._labels.update(names)
        for failure in outcomes.failures:
            self._add_failure(failure)
        if sum(map(len, self._labels)) > _MOST_NAME_CHARACTERS:
            self._count_rare_labels_together()

    def _add_labelled(self, result: ImageResult, verdict: Verdict) -> None:
        severity = verdict.decision.severity
        self._decisions[severity] += 1
        if not severity or self._is_milder(severity, verdict.confidence):
            return
        # The negative serial number keeps the earlier of two equally bad images, and results out of
        # comparisons.
        entry = (severity, verdict.confidence, -next(self._order), result, verdict)
        keep = heapq.heappush if len(self._worst) < self._max_items else heapq.heappushpop
        keep(self._worst, entry)

    def _count_rare_labels_together(self) -> None:
        left = _MOST_NAME_CHARACTERS // 2  # so that it is not done again at once
        kept: Counter[str] = Counter()
        for name, images in self._labels.most_common():
            if len(name) <= left:
                left -= len(name)
                kept[name] = images
        self._labels_together += self._labels.total() - kept.total()
        self._labels = kept

    def _is_milder(self, severity: int, confidence: float) -> bool:
        """Tell early of most images that the list of the worst is full of worse ones, or of earlier ones."""
        if len(self._worst) < self._max_items or not self._worst:
            return False
        least = self._worst[0]
        return severity < least[0] or (severity == least[0] and confidence <= least[1])

    def _add_failure(self, failure: ImageFailure) -> None:
        if failure.code == UNACCOUNTED:
            self._unaccounted += failure.lines
        else:
            self._failed += failure.lines
        self._told += 1
        if len(self._errors) < self._max_items:
            told = {"uri": failure.uri, "line_number": failure.line_number, "code": failure.code}
            self._errors.append(told | {"message": failure.message})

    @property
    def counts(self) -> ImageCounts:
        """How many images have each outcome and each verdict."""
        return ImageCounts(
            allow=self._decisions[Decision.ALLOW.severity],
            review=self._decisions[Decision.REVIEW.severity],
            block=self._decisions[Decision.BLOCK.severity],
            failed=self._failed,
            unaccounted=self._unaccounted,
        )

    @property
    def label_counts(self) -> dict[str, int]:
        """How many images have each label, most frequent first."""
        told = self._cut({name: images} for name, images in self._labels.most_common())
        return {name: images for each in told for name, images in each.items()}

    @property
    def flagged(self) -> list[dict[str, Any]]:
        """The worst images first: blocked before to be reviewed, then by confidence; each with its labels."""
        return self._cut(
            {
                "uri": result.source_ref,
                "verdict": verdict.decision.value,
                "rule": verdict.rule,
                "confidence": verdict.confidence,
                "labels": {label.name: label.confidence for label in result.detection.moderation_labels},
            }
            for _, _, _, result, verdict in sorted(self._worst, reverse=True)
        )

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The first errors, in the order of the files."""
        return self._cut(self._errors)

    @property
    def left_out(self) -> dict[str, int]:
        """
        How many flagged images and errors are counted but not listed; and of labels, by image.

        A label that several images have is left out as often.
        """
        return {
            "flagged": self.counts.flagged - len(self.flagged),
            "errors": self._told - len(self.errors),
            "label_counts": self._labels_together + self._labels.total() - sum(self.label_counts.values()),
        }

    def _cut(self, items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        left_bytes = self._max_bytes  # the brackets take the room of the separator that the last item lacks
        for item in items:
            size_bytes = len(json.dumps(item)) + len(", ")
            if size_bytes <= left_bytes:  # one that is too large alone hides none of those after it
                left_bytes -= size_bytes
                kept.append(item)
        return kept
