"""Runs actions in batches: look up, record the intents, act, record the outcomes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from airflow_provider_rekmedia.adapters.actions.action_log import ActionLog
from airflow_provider_rekmedia.core.actions.action_record import ActionIntent, ActionOutcome, PlannedAction
from airflow_provider_rekmedia.core.actions.verb import Outcome, Verb
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .act_on_object import Backoff, act_on_object, caught
from .call_function import UserFunction, call_functions
from .object_tools import Ending, ObjectTools, PreparedAction
from .prepare_object import earlier_intent, prepare_object

__all__ = ["BatchRunner"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_NO_VERSIONS = "the bucket has no versions, so a batch job cannot be limited to the judged bytes"


@dataclass(slots=True, kw_only=True)
class BatchRunner:
    """
    Runs the actions of one task.

    :param attempt: Try of the task, from 1.
    :param max_concurrency: Objects at a time, 1 or more.
    :param functions: The user's function for each verdict whose verb is ``call``.
    :param listed_verbs: Verbs whose objects are only listed for S3 Batch Operations.
    """

    tools: ObjectTools
    log: ActionLog
    attempt: int
    max_concurrency: int
    functions: Mapping[Decision, UserFunction] = field(default_factory=dict)
    listed_verbs: frozenset[Verb] = frozenset()
    backoff: Backoff = field(default_factory=Backoff)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def run(self, actions: Iterable[PlannedAction], batch_size: int) -> Iterator[list[ActionOutcome]]:
        """
        Run the actions, lazily, batch by batch. Memory does not grow with the number of actions.

        Actions that an earlier try finished are not repeated; their recorded outcomes are returned.
        """
        remaining = iter(actions)
        pool = ThreadPoolExecutor(self.max_concurrency, thread_name_prefix="rekmedia-action")
        try:
            number = 0
            while batch := list(islice(remaining, batch_size)):
                yield self._run_batch(pool, number, batch)
                number += 1
        finally:
            pool.shutdown(cancel_futures=True)

    def _run_batch(
        self, pool: ThreadPoolExecutor, number: int, batch: Sequence[PlannedAction]
    ) -> list[ActionOutcome]:
        outcomes = self.log.read_outcomes(number)
        todo = [action for action in batch if not _is_final(outcomes.get(action.number))]
        if todo:
            prepare = partial(self._prepare, intents=self.log.read_intents(number), outcomes=outcomes)
            found = _each(pool, prepare, todo)
            endings = {
                action.number: result
                for action, result in zip(todo, found, strict=True)
                if isinstance(result, Ending)
            }
            prepared = [result for result in found if isinstance(result, PreparedAction)]
            endings |= self._act(pool, number, prepared)
            fresh = [self._outcome(action, endings[action.number]) for action in todo]
            self.log.write_outcomes(number, fresh)
            outcomes |= {outcome.action.number: outcome for outcome in fresh}
        return [outcomes[action.number] for action in batch]

    def _prepare(
        self,
        action: PlannedAction,
        *,
        intents: Mapping[int, ActionIntent],
        outcomes: Mapping[int, ActionOutcome],
    ) -> PreparedAction | Ending:
        earlier = earlier_intent(intents.get(action.number), outcomes.get(action.number))

        def prepare(_: int) -> PreparedAction | Ending:
            return prepare_object(action, self.tools, attempt=self.attempt, at=self.clock(), earlier=earlier)

        prepared = caught(prepare, self.backoff)
        if isinstance(prepared, PreparedAction) and action.undo is None and action.verb in self.listed_verbs:
            return caught(lambda _: self._list(prepared), self.backoff)
        return prepared

    def _list(self, prepared: PreparedAction) -> Ending:
        version_id = prepared.intent.version_id
        if version_id is None or version_id == "null":
            return Ending(Outcome.FAILED, _NO_VERSIONS)
        held = self.tools.held(prepared.action, version_id)
        return held or Ending(Outcome.LISTED, version_id=version_id)

    def _act(
        self, pool: ThreadPoolExecutor, number: int, prepared: Sequence[PreparedAction]
    ) -> dict[int, Ending]:
        if not prepared:
            return {}
        self.log.write_intents(number, [each.intent for each in prepared])
        act = partial(act_on_object, tools=self.tools, backoff=self.backoff)
        done = _each(pool, act, prepared)
        endings = {each.action.number: ending for each, ending in zip(prepared, done, strict=True)}
        called = [
            each.action
            for each in prepared
            if each.action.verb is Verb.CALL
            and each.action.undo is None
            and endings[each.action.number].outcome is Outcome.DONE
        ]
        return endings | call_functions(called, self.functions)

    def _outcome(self, action: PlannedAction, ending: Ending) -> ActionOutcome:
        return ActionOutcome(
            action=action,
            attempt=self.attempt,
            at=self.clock(),
            outcome=ending.outcome,
            reason=ending.reason,
            marker_only=ending.marker_only,
            version_id=ending.version_id,
            inverse=ending.inverse,
        )


def _is_final(outcome: ActionOutcome | None) -> bool:
    return outcome is not None and outcome.outcome.is_final


def _each(
    pool: ThreadPoolExecutor, function: Callable[[_Item], _Result], items: Sequence[_Item]
) -> list[_Result]:
    """Call a function for each item, several at a time; after an error, no further item is started."""
    futures = [pool.submit(function, item) for item in items]
    try:
        return [future.result() for future in futures]
    except BaseException:
        for future in futures:
            future.cancel()
        raise
