"""The order of images in review queues."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from math import inf
from typing import assert_never

from airflow_provider_rekmedia.core.verdicts.policy import Policy
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

__all__ = ["OrderKey", "ReviewOrder", "order_key", "thresholds_of"]

#: A sort key; the smallest comes first.
OrderKey = Callable[[VerdictRow], tuple[object, ...]]


class ReviewOrder(StrEnum):
    """What a person sees first."""

    #: The worst verdict first, then the most confident label.
    SEVERITY = "severity"
    #: Images of one rule together.
    LABEL = "label"
    #: The images first whose confidence is nearest to a threshold of their rule.
    THRESHOLD = "threshold"


def order_key(order: ReviewOrder, thresholds: Mapping[str, tuple[float, ...]]) -> OrderKey:
    """
    Return the sort key of an order. Two images never have the same key.

    :param thresholds: By rule, in percent; only for :attr:`ReviewOrder.THRESHOLD`.
    """
    match order:
        case ReviewOrder.SEVERITY:
            return _severity
        case ReviewOrder.LABEL:
            return lambda row: (row.rule, *_severity(row))
        case ReviewOrder.THRESHOLD:
            return lambda row: (_distance(row, thresholds), *_severity(row))
        case _:
            assert_never(order)


def thresholds_of(policy: Policy) -> dict[str, tuple[float, ...]]:
    """Return the thresholds of each rule, in percent. A rule of one word has none: it has 0 or nothing."""
    rules = [*policy.rules.values(), *(rule for part in policy.content_types for rule in part.rules.values())]
    return {rule.name: tuple([limit for limit in (rule.block, rule.review) if limit]) for rule in rules}


def _severity(row: VerdictRow) -> tuple[object, ...]:
    confidence = -1.0 if row.confidence is None else row.confidence
    return -row.verdict.severity, -confidence, row.uri


def _distance(row: VerdictRow, thresholds: Mapping[str, tuple[float, ...]]) -> float:
    """Return how far an image is from the nearest threshold, percent; infinite without a threshold."""
    confidence = row.confidence
    if confidence is None:
        return inf
    return min((abs(confidence - limit) for limit in thresholds.get(row.rule, ())), default=inf)
