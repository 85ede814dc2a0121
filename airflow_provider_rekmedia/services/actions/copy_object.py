"""Copies one object to the quarantine."""

from airflow_provider_rekmedia.adapters.actions.object_calls import CurrentObject, PreconditionFailed
from airflow_provider_rekmedia.core.actions.inverse import RemoveCopy
from airflow_provider_rekmedia.core.actions.verb import Outcome
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

from .object_tools import Ending, ObjectTools, PreparedAction, ending_of_other_bytes

__all__ = ["copy_object", "place_copy", "target_of"]

#: A precondition can fail because of a change that is undone before the cause is looked up.
_MAX_TRIES = 3


def copy_object(prepared: PreparedAction, tools: ObjectTools) -> Ending:
    """Copy an object, unless a copy of the same bytes is there."""
    if ending := tools.held(prepared.action, prepared.intent.version_id):
        return ending
    copy = place_copy(prepared, tools)
    if isinstance(copy, Ending):
        return copy
    if prepared.has_copy:
        return Ending(Outcome.ALREADY)
    return Ending(Outcome.DONE, inverse=RemoveCopy(str(target_of(prepared)), copy.etag))


def place_copy(prepared: PreparedAction, tools: ObjectTools) -> CurrentObject | Ending:
    """
    Make sure that the judged bytes are at the key of the copy.

    :return: The copy; or how the action ends, if there is none.
    """
    source, target, etag = prepared.action.object, target_of(prepared), prepared.action.etag or ""
    for _ in range(_MAX_TRIES):
        current = tools.calls.head(source)
        if current is None or (ending := ending_of_other_bytes(prepared.action, current)):
            return Ending(Outcome.GONE) if current is None else ending or Ending(Outcome.CHANGED)
        try:
            tools.calls.copy(source, etag, target, current)
        except PreconditionFailed:
            existing = tools.calls.head(target)
            if existing is None:
                continue
            return _compared(source, etag, target, existing, tools)
        copy = tools.calls.head(target)
        if copy is None or copy.size_bytes != current.size_bytes:
            return Ending(Outcome.FAILED, "the copy is not there, or has another size")
        return copy
    return Ending(Outcome.FAILED, "the object changes again and again")


def target_of(prepared: PreparedAction) -> S3Uri:
    """Return the uri of the copy."""
    return parse_s3_uri(prepared.action.target or "")


def _compared(
    source: S3Uri, etag: str, target: S3Uri, existing: CurrentObject, tools: ObjectTools
) -> CurrentObject | Ending:
    """Accept a copy that is there if it has the judged bytes, for example from a try that was killed."""
    try:
        same = tools.calls.has_same_bytes(source, etag, target)
    except PreconditionFailed:
        return Ending(Outcome.CHANGED)
    return (
        existing if same else Ending(Outcome.FAILED, "an object with other bytes is at the key of the copy")
    )
