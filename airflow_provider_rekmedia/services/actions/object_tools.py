"""What the actions on one object share: calls, holds, and how an action ends."""

from dataclasses import dataclass

from airflow_provider_rekmedia.adapters.actions.holds import Holds
from airflow_provider_rekmedia.adapters.actions.object_calls import CurrentObject, ObjectCalls
from airflow_provider_rekmedia.core.actions.action_record import ActionIntent, PlannedAction
from airflow_provider_rekmedia.core.actions.inverse import Inverse
from airflow_provider_rekmedia.core.actions.verb import Outcome

__all__ = ["Ending", "ObjectTools", "PreparedAction", "ending_of_other_bytes"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an action ended; the fields are those of ``ActionOutcome``."""

    outcome: Outcome
    reason: str = ""
    inverse: Inverse | None = None
    marker_only: bool = False
    version_id: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectTools:
    """
    What an action needs.

    :param all_versions: Whether delete and move also delete the versions that have the judged bytes.
    """

    calls: ObjectCalls
    holds: Holds
    all_versions: bool = False

    def held(self, action: PlannedAction, version_id: str | None) -> Ending | None:
        """Return the ending of an object that is held at this moment; ``None`` if it is not."""
        reason = self.holds.reason(action.object, version_id)
        return Ending(Outcome.HELD, reason) if reason else None

    def changed(self, action: PlannedAction) -> Ending | None:
        """Return the ending of an object without the judged bytes; ``None`` if it has them."""
        return ending_of_other_bytes(action, self.calls.head(action.object))


def ending_of_other_bytes(action: PlannedAction, current: CurrentObject | None) -> Ending | None:
    """Return the ending of an object without the judged bytes; ``None`` if it has them."""
    if current is None:
        return Ending(Outcome.GONE)
    if current.etag != action.etag:
        return Ending(Outcome.CHANGED)
    return None


@dataclass(frozen=True, slots=True)
class PreparedAction:
    """
    An action whose object was looked up, and whose intent is recorded.

    :param current: The object before the action; ``None`` if there is none.
    :param earlier: The intent of an earlier try, which may have died in the middle; ``None`` at the first.
    :param has_copy: Whether a copy was there before the first try.
    """

    intent: ActionIntent
    current: CurrentObject | None
    earlier: ActionIntent | None = None
    has_copy: bool = False

    @property
    def action(self) -> PlannedAction:
        """The action."""
        return self.intent.action
