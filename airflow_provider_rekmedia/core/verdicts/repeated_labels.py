"""
Removes parents that only repeat a label below them.

The service returns the parents of a label too. A parent with no higher confidence than a label below it adds
nothing to that label.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from operator import attrgetter
from typing import Final

from airflow_provider_rekmedia.core.results.image_result import ModerationLabel
from airflow_provider_rekmedia.core.taxonomy import ANCESTORS, PARENT_OF, ancestors_of

__all__ = ["without_repeated_labels"]

#: The taxonomy has three levels, so a label with its parents has at most three names.
_LONGEST_CHAIN: Final = 3
#: Label names are untrusted, so the cache has a limit.
_MAX_CACHED: Final = 1_000
_NAME: Final = attrgetter("name")
_PARENT_NAME: Final = attrgetter("parent_name")


def without_repeated_labels(labels: Sequence[ModerationLabel]) -> Sequence[ModerationLabel]:
    """
    Return the labels that do not only repeat a label below them, in their order.

    Most images with several labels have one label and its parents. That case has a shortcut, for speed.
    """
    if len(labels) <= _LONGEST_CHAIN:
        chain = _chain_of(tuple(map(_NAME, labels)))
        if chain is not None and chain.parents == tuple(map(_PARENT_NAME, labels)):
            lowest = labels[chain.lowest]
            for label in labels:
                if label.confidence > lowest.confidence:
                    break
            else:
                return (lowest,)
    return _without_repeated_labels(labels)


@dataclass(frozen=True, slots=True)
class _Chain:
    """
    A label of the taxonomy, and some or all of its ancestors.

    :param lowest: The index of the label.
    :param parents: The parent of each label in the taxonomy.
    """

    lowest: int
    parents: tuple[str, ...]


@lru_cache(_MAX_CACHED)
def _chain_of(names: tuple[str, ...]) -> _Chain | None:
    """Return the chain with these names, in any order; ``None`` if they are no chain."""
    if len(set(names)) < len(names) or not set(names) <= PARENT_OF.keys():
        return None
    for index, name in enumerate(names):
        if set(names) <= {name, *ANCESTORS[name][1]}:
            return _Chain(index, tuple(PARENT_OF[name] for name in names))
    return None


def _without_repeated_labels(labels: Sequence[ModerationLabel]) -> Sequence[ModerationLabel]:
    repeated: dict[str, float] = {}  # by label, the highest confidence of the labels below it
    highest_below = repeated.get  # a bound method, because this loop runs for each label of each image
    for label in labels:
        parent_and_ancestors = ANCESTORS.get(label.name)
        if parent_and_ancestors is None or parent_and_ancestors[0] != label.parent_name:
            highest_below = _repeated_beyond_taxonomy(labels).get
            break
        confidence = label.confidence
        for ancestor in parent_and_ancestors[1]:
            if confidence > highest_below(ancestor, -1.0):
                repeated[ancestor] = confidence
    return [label for label in labels if label.confidence > highest_below(label.name, -1.0)]


def _repeated_beyond_taxonomy(labels: Sequence[ModerationLabel]) -> dict[str, float]:
    """
    Return the highest confidence of the labels below each label, for labels outside the taxonomy.

    Their parents come from the response and may form a cycle. A label in or below a cycle repeats no parent.
    """
    graph = TopologicalSorter[str]()
    for label in labels:
        graph.add(label.name, *ancestors_of(label.name, label.parent_name))
    with suppress(CycleError):
        graph.prepare()
    acyclic: set[str] = set()
    while names := graph.get_ready():
        acyclic.update(names)
        graph.done(*names)
    repeated: dict[str, float] = {}
    for label in labels:
        for ancestor in ancestors_of(label.name, label.parent_name) if label.name in acyclic else ():
            repeated[ancestor] = max(label.confidence, repeated.get(ancestor, -1.0))
    return repeated
