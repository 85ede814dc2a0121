"""The arguments of the operators of one run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import parse_optional_mapping

__all__ = ["RunArguments"]

#: Arguments of the task that finishes a review. They may stand among those of the whole review, too.
_OF_FINISH: Final = ("decisions_file", "parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunArguments:
    """
    The arguments of the operators of a run, rendered and otherwise as the user wrote them.

    :param engine: ``bulk`` or ``per_image``.
    :param manifest: Of the operator that lists the images.
    :param analysis: Of the operator that runs the engine.
    :param results: Of the results operator.
    :param actions: Of the operator that acts; empty if nothing acts.
    :param review: Of the operator that plans the review; empty if nobody reviews. ``question`` and ``finish``
        in it have the arguments of the other two operators. ``None`` as ``question`` asks nobody. An operator
        without a ``kms_key_id`` of its own has that of the plan.
    """

    engine: Any
    manifest: Mapping[str, Any] = field(default_factory=dict)
    analysis: Mapping[str, Any] = field(default_factory=dict)
    results: Mapping[str, Any] = field(default_factory=dict)
    actions: Mapping[str, Any] = field(default_factory=dict)
    review: Mapping[str, Any] = field(default_factory=dict)

    def items(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """
        Yield the arguments of each operator with the name of its task; empty if there is no such task.

        :raises InvalidArgument: The arguments of an operator of the review are not a dict.
        """
        yield "manifest", self.manifest
        yield "moderate", self.analysis
        yield "results", self.results
        yield "actions", self.actions
        others = ("question", "finish", *_OF_FINISH)
        yield "review", {name: value for name, value in self.review.items() if name not in others}
        yield "review.review", self._of_review("question", ())
        yield "review.finish", self._of_review("finish", _OF_FINISH)

    def _of_review(self, name: str, inherited: Sequence[str]) -> Mapping[str, Any]:
        own = parse_optional_mapping(name, self.review.get(name, {}))
        if not self.review or own is None:
            return {}
        shared = {each: self.review.get(each) for each in ("kms_key_id", *inherited)}
        return shared | dict(own)
