"""Decides what is done to each image of a verdict file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from msgspec.structs import replace

from airflow_provider_rekmedia.core.arguments import parse_choice
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

from .action_record import ActionOutcome, PlannedAction
from .inverse import Irreversible
from .quarantine import quarantine_uri, refuse_inside
from .tags import tags_for
from .verb import Outcome, Verb

__all__ = ["ActionPlan", "iter_undo_actions", "parse_actions"]

_JUDGED: Final = tuple(decision for decision in Decision if decision is not Decision.ALLOW)
_COPYING: Final = frozenset({Verb.COPY, Verb.MOVE})
#: Somebody changed an object with these outcomes: this package, a user's function or S3 Batch Operations.
_CHANGED_OBJECT: Final = (Outcome.DONE, Outcome.LISTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlan:
    """
    What is done for each verdict.

    :param verbs: The verb for each verdict; a verdict without one is left alone.
    :param quarantine: Prefix of the copies; ``None`` if no verb needs it.
    :param sources: Prefixes of the images, as far as they are known.
    :param tags: See :func:`tags.parse_tags`.
    """

    verbs: Mapping[Decision, Verb]
    quarantine: S3Uri | None
    sources: tuple[S3Uri, ...] = ()
    tags: Mapping[str, str]

    @classmethod
    def checked(cls, **values: Any) -> Self:
        """
        Create a plan; the parameters are those of the class.

        :raises InvalidArgument: Copy or move has no quarantine, or the quarantine is inside a source.
        """
        plan = cls(**values)
        if plan.quarantine is not None:
            refuse_inside("quarantine", plan.quarantine, plan.sources)
        elif _COPYING & set(plan.verbs.values()):
            raise _no_quarantine()
        return plan

    def iter_actions(self, rows: Iterable[VerdictRow]) -> Iterator[PlannedAction]:
        """
        Return the actions, lazily, in the order of the rows.

        :raises InvalidArgument: The quarantine is inside the folder of an image, and the sources are unknown.
        """
        selected = (row for row in rows if row.verdict in self.verbs)
        for number, row in enumerate(selected):
            yield self._action(number, row)

    def _action(self, number: int, row: VerdictRow) -> PlannedAction:
        verb = self.verbs[row.verdict]
        target = None
        if verb in _COPYING and row.bucket is not None and row.key is not None and row.etag:
            target = str(self._target(S3Uri(row.bucket, row.key), row.etag))
        return PlannedAction(
            number=number,
            uri=row.uri,
            bucket=row.bucket,
            key=row.key,
            etag=row.etag or None,
            size_bytes=row.size_bytes,
            verdict=row.verdict,
            rule=row.rule,
            confidence=row.confidence,
            decided_by=row.decided_by,
            verb=verb,
            target=target,
            tags=tags_for(self.tags, row.verdict) if verb is Verb.TAG else None,
        )

    def _target(self, image: S3Uri, etag: str) -> S3Uri:
        if self.quarantine is None:
            raise _no_quarantine()
        if not self.sources:
            folder = S3Uri(image.bucket, image.key[: image.key.rfind("/") + 1])
            refuse_inside("quarantine", self.quarantine, [folder])
        return quarantine_uri(self.quarantine, image, etag)


def _no_quarantine() -> InvalidArgument:
    problem = "copy and move need a prefix for the copies, such as s3://bucket/quarantine/"
    return InvalidArgument(argument="quarantine", value=None, problem=problem)


def iter_undo_actions(outcomes: Iterable[ActionOutcome]) -> Iterator[PlannedAction]:
    """
    Return one action for each object that an earlier task changed, lazily.

    An action without an inverse is in it too: its undo fails, and so it is reported.
    """
    changed = (
        record for record in outcomes if record.outcome in _CHANGED_OBJECT or record.inverse is not None
    )
    for number, record in enumerate(changed):
        yield replace(record.action, number=number, undo=record.inverse or Irreversible())


def parse_actions(value: Any) -> tuple[dict[Decision, Verb], dict[Decision, Callable[..., Any]]]:
    """
    Parse the argument ``actions``.

    :param value: A dict from verdict (``block``, ``review``) to a verb, or to a function.
    :return: The verbs, and the function of each verdict whose verb is ``call``.
    :raises InvalidArgument: It is not such a dict, or it is empty.
    """
    if not isinstance(value, Mapping) or not value:
        problem = 'it must be a dict from verdict to verb, such as {"block": "move", "review": "tag"}'
        raise InvalidArgument(argument="actions", value=value, problem=problem)
    verbs: dict[Decision, Verb] = {}
    functions: dict[Decision, Callable[..., Any]] = {}
    for name, wanted in value.items():
        if name not in _JUDGED:
            problem = f"{name!r} is not a verdict that files have; they have {' and '.join(_JUDGED)}"
            raise InvalidArgument(argument="actions", value=value, problem=problem)
        decision = next(known for known in _JUDGED if known == name)
        if callable(wanted):
            verbs[decision], functions[decision] = Verb.CALL, wanted
            continue
        verbs[decision] = parse_choice("actions", wanted, Verb)
        if verbs[decision] is Verb.CALL:
            problem = 'to call a function, pass the function itself instead of "call"'
            raise InvalidArgument(argument="actions", value=value, problem=problem)
    return verbs, functions
