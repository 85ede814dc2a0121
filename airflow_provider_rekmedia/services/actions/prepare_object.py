"""Looks an object up before its action, so that the intent has everything that an undo needs."""

from datetime import datetime
from typing import assert_never

from airflow_provider_rekmedia.core.actions.action_record import ActionIntent, ActionOutcome, PlannedAction
from airflow_provider_rekmedia.core.actions.verb import Outcome, Verb
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri

from .object_tools import Ending, ObjectTools, PreparedAction, ending_of_other_bytes

__all__ = ["earlier_intent", "prepare_object"]

_NO_URI = "it is not an object in S3"
_NO_ETAG = "the verdict file has no ETag, so it is not known which bytes were judged"


def prepare_object(
    action: PlannedAction, tools: ObjectTools, *, attempt: int, at: datetime, earlier: ActionIntent | None
) -> PreparedAction | Ending:
    """
    Look an object up.

    :param attempt: Try of the task, from 1.
    :param at: The time now, aware UTC.
    :param earlier: See :func:`earlier_intent`.
    :return: The prepared action; or how it ends, if there is nothing to do.
    """
    if action.bucket is None or action.key is None:
        return Ending(Outcome.FAILED, _NO_URI)
    if action.etag is None:
        return Ending(Outcome.FAILED, _NO_ETAG)
    current = tools.calls.head(action.object)
    if action.undo is None and (ending := ending_of_other_bytes(action, current)):
        is_gone = ending.outcome is Outcome.GONE
        if not (is_gone and _may_have_acted(action, earlier, tools)):
            return ending
    intent = ActionIntent(
        action=action,
        attempt=attempt,
        at=at,
        tags_before=_tags(action, tools, current.version_id if current else None),
        version_id=current.version_id if current else None,
        kms_key_id=current.kms_key_id if current else None,
    )
    has_copy = (
        action.verb is Verb.COPY and action.undo is None and earlier is None and _has_copy(action, tools)
    )
    return PreparedAction(intent, current, earlier, has_copy)


def earlier_intent(intent: ActionIntent | None, outcome: ActionOutcome | None) -> ActionIntent | None:
    """
    Return the intent of an earlier try, if that try may have changed the object.

    A held object was not deleted, and S3 did not delete what it denied. If such an object is gone at the next
    try, somebody else has deleted it.
    """
    if intent is None or outcome is None or intent.action.verb not in (Verb.DELETE, Verb.MOVE):
        return intent
    return None if outcome.outcome in (Outcome.HELD, Outcome.DENIED) else intent


def _may_have_acted(action: PlannedAction, earlier: ActionIntent | None, tools: ObjectTools) -> bool:
    """Whether an object may be gone because of this action, so that its end must be found out."""
    match action.verb:
        case Verb.MOVE:
            return True
        case Verb.DELETE:
            return earlier is not None or tools.all_versions
        case Verb.TAG | Verb.COPY | Verb.CALL:
            return False
        case other:
            assert_never(other)


def _tags(action: PlannedAction, tools: ObjectTools, version_id: str | None) -> dict[str, str] | None:
    if action.verb is not Verb.TAG or action.undo is not None:
        return None
    return tools.calls.read_tags(action.object, version_id)


def _has_copy(action: PlannedAction, tools: ObjectTools) -> bool:
    return tools.calls.head(parse_s3_uri(action.target or "")) is not None
