"""Counts outcomes and verdicts. Memory does not grow with the number of images."""

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count
from operator import attrgetter
from typing import Any, Final

from airflow_provider_rekmedia.core.results.image_result import ModerationLabel
from airflow_provider_rekmedia.core.results.outcomes import UNACCOUNTED, ImageFailure, Outcomes

from .image_counts import ImageCounts
from .verdict import ALLOWED, NOT_ANALYZED, Decision, Verdict

__all__ = ["Tally"]

#: Label names are untrusted, so their total length has a limit. The taxonomy has 859 characters.
_MAX_NAME_CHARS: Final = 500_000
_NAME: Final = attrgetter("name")


class Tally:
    """
    Counts the images of one or more jobs, in any order (unknown: result-order).

    :param max_items: How many flagged images, and how many errors, are listed with details. The others are
        only counted.
    :param max_bytes: The largest size of each of these two lists, and of the counts by label, as JSON.
    :param not_analyzed: The verdict on each image that failed or is unaccounted for.
    """

    def __init__(
        self,
        max_items: int,
        max_bytes: int,
        not_analyzed: Verdict = Verdict(Decision.REVIEW, NOT_ANALYZED),  # noqa: B008 it is frozen
    ) -> None:
        self._max_items = max_items
        self._max_bytes = max_bytes
        self._not_analyzed = not_analyzed
        self._labels: Counter[str] = Counter()
        self._other_labels = 0
        self._decisions = [0] * len(Decision)  # by severity
        self._failed = 0
        self._unaccounted = 0
        self._error_count = 0
        self._worst: list[tuple[int, float, int, str, Sequence[ModerationLabel], Verdict]] = []
        self._errors: list[dict[str, Any]] = []
        self._order = count()

    def add(self, outcomes: Outcomes, verdicts: Sequence[Verdict]) -> None:
        """
        Count a part of a job's images.

        :param verdicts: One verdict for each result, in the same order.
        """
        allowed, names, decisions = 0, list[str](), self._decisions
        for result, verdict in zip(outcomes.results, verdicts, strict=True):
            if verdict is ALLOWED:
                allowed += 1
            else:
                severity = verdict.decision.severity
                decisions[severity] += 1
                if severity and not self._is_milder(severity, verdict.confidence):
                    self._list_flagged(result.source_ref, result.detection.moderation_labels, verdict)
                names += dict.fromkeys(map(_NAME, result.detection.moderation_labels))  # without duplicates
        decisions[Decision.ALLOW.severity] += allowed
        self._labels.update(names)
        for failure in outcomes.failures:
            self._add_failure(failure)
        if sum(map(len, self._labels)) > _MAX_NAME_CHARS:
            self._merge_rare_labels()

    def _list_flagged(self, uri: str, labels: Sequence[ModerationLabel], verdict: Verdict) -> None:
        # The negative serial number keeps the earlier of two equally bad images, and ends each comparison
        # before the uris.
        entry = (verdict.decision.severity, verdict.confidence, -next(self._order), uri, labels, verdict)
        keep = heapq.heappush if len(self._worst) < self._max_items else heapq.heappushpop
        keep(self._worst, entry)

    def _merge_rare_labels(self) -> None:
        left = _MAX_NAME_CHARS // 2  # so that the next call is not due at once
        kept: Counter[str] = Counter()
        for name, images in self._labels.most_common():
            if len(name) <= left:
                left -= len(name)
                kept[name] = images
        self._other_labels += self._labels.total() - kept.total()
        self._labels = kept

    def _is_milder(self, severity: int, confidence: float) -> bool:
        """Whether the list of the worst images is full, and has no image that is milder than this one."""
        if len(self._worst) < self._max_items or not self._worst:
            return False
        mildest = self._worst[0]
        return severity < mildest[0] or (severity == mildest[0] and confidence <= mildest[1])

    def _add_failure(self, failure: ImageFailure) -> None:
        if failure.code == UNACCOUNTED:
            self._unaccounted += failure.lines
        else:
            self._failed += failure.lines
        verdict = self._not_analyzed
        severity = verdict.decision.severity
        self._decisions[severity] += failure.lines
        if severity and failure.is_line and failure.uri is not None and not self._is_milder(severity, 0.0):
            self._list_flagged(failure.uri, (), verdict)
        self._error_count += 1
        if len(self._errors) < self._max_items:
            error = {"uri": failure.uri, "line_number": failure.line_number, "code": failure.code}
            self._errors.append(error | {"message": failure.message})

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
        items = self._truncate({name: images} for name, images in self._labels.most_common())
        return {name: images for item in items for name, images in item.items()}

    @property
    def counted_labels(self) -> dict[str, int]:
        """The same with every label that is counted by itself, however many bytes they have."""
        return dict(self._labels.most_common())

    @property
    def other_labels(self) -> int:
        """Pairs of an image and a rare label that is not counted by itself."""
        return self._other_labels

    @property
    def flagged(self) -> list[dict[str, Any]]:
        """
        The worst images: blocked ones first, then by confidence; each with its labels.

        An image that was not analyzed has no labels, and the confidence 0.
        """
        return self._truncate(
            {
                "uri": uri,
                "verdict": verdict.decision.value,
                "rule": verdict.rule,
                "confidence": verdict.confidence,
                "labels": {label.name: label.confidence for label in labels},
            }
            for _, _, _, uri, labels, verdict in sorted(self._worst, reverse=True)
        )

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The first errors, in the order of the files."""
        return self._truncate(self._errors)

    @property
    def left_out(self) -> dict[str, int]:
        """
        How many flagged images and errors are counted, but not listed.

        ``label_counts`` counts pairs of an image and a label that is not listed.
        """
        return {
            "flagged": self.counts.flagged - len(self.flagged),
            "errors": self._error_count - len(self.errors),
            "label_counts": self._other_labels + self._labels.total() - sum(self.label_counts.values()),
        }

    def _truncate(self, items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        left_bytes = self._max_bytes  # the last item has no separator, which is as long as the brackets
        for item in items:
            size_bytes = len(json.dumps(item)) + len(", ")
            if size_bytes <= left_bytes:  # an item that is too large does not hide later ones
                left_bytes -= size_bytes
                kept.append(item)
        return kept
