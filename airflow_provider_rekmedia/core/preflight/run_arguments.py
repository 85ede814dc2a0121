"""The arguments of the operators of one run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["RunArguments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunArguments:
    """
    The arguments of the operators of a run, rendered and otherwise as the user wrote them.

    :param engine: ``bulk`` or ``per_image``.
    :param manifest: Of the operator that lists the images.
    :param analysis: Of the operator that runs the engine.
    :param results: Of the results operator.
    :param actions: Of the operator that acts; empty if nothing acts.
    :param review: Of the operators of the review; empty if nobody reviews.
    """

    engine: Any
    manifest: Mapping[str, Any] = field(default_factory=dict)
    analysis: Mapping[str, Any] = field(default_factory=dict)
    results: Mapping[str, Any] = field(default_factory=dict)
    actions: Mapping[str, Any] = field(default_factory=dict)
    review: Mapping[str, Any] = field(default_factory=dict)

    def items(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the arguments of each operator with the name of its task."""
        yield "manifest", self.manifest
        yield "moderate", self.analysis
        yield "results", self.results
        yield "actions", self.actions
        yield "review", self.review
