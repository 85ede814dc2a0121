"""Deletes one object, or moves it: copies it first."""

from airflow_provider_rekmedia.adapters.actions.object_calls import PreconditionFailed, RemovedObject
from airflow_provider_rekmedia.core.actions.inverse import MoveBack, RemoveMarker
from airflow_provider_rekmedia.core.actions.verb import Outcome

from .copy_object import place_copy, target_of
from .object_tools import Ending, ObjectTools, PreparedAction

__all__ = ["delete_object", "move_object"]

_MAX_TRIES = 3
_RETRIED = "it was already deleted when this action was repeated"


def delete_object(prepared: PreparedAction, tools: ObjectTools) -> Ending:
    """
    Delete an object.

    In a bucket with versions, a delete marker hides the object, and its bytes stay readable by version. With
    *all_versions*, the versions with the judged bytes are deleted for good, after the marker. Versions with
    other bytes were not judged and stay, hidden by the marker.
    """
    if ending := tools.held(prepared.action, prepared.intent.version_id):
        return ending
    removed = _remove(prepared, tools)
    if isinstance(removed, Ending):
        return removed if removed.outcome is not Outcome.GONE else _delete_again(prepared, tools)
    if tools.all_versions and removed.marker:
        return _delete_versions(prepared, tools) or Ending(Outcome.DONE)
    inverse = RemoveMarker(removed.marker) if removed.marker else None
    return Ending(Outcome.DONE, inverse=inverse, marker_only=removed.marker is not None)


def move_object(prepared: PreparedAction, tools: ObjectTools) -> Ending:
    """
    Move an object to the quarantine: copy it, check the copy, check for holds again, delete it.

    If the object is overwritten in between, it is left alone, and the copy of the judged bytes stays in the
    quarantine.
    """
    if ending := tools.held(prepared.action, prepared.intent.version_id):
        return ending
    copy = place_copy(prepared, tools)
    if isinstance(copy, Ending):
        return copy if copy.outcome is not Outcome.GONE else _move_again(prepared, tools)
    if ending := tools.held(prepared.action, prepared.intent.version_id):
        return ending
    removed = _remove(prepared, tools)
    if isinstance(removed, Ending):
        return removed if removed.outcome is not Outcome.GONE else _move_again(prepared, tools)
    return _moved(prepared, tools, copy.etag, removed.marker)


def _remove(prepared: PreparedAction, tools: ObjectTools) -> RemovedObject | Ending:
    action = prepared.action
    for _ in range(_MAX_TRIES):
        try:
            return tools.calls.delete(action.object, action.etag or "")
        except PreconditionFailed:
            if ending := tools.changed(action):
                return ending
    return Ending(Outcome.FAILED, "the object changes again and again")


def _moved(prepared: PreparedAction, tools: ObjectTools, target_etag: str, marker: str | None) -> Ending:
    is_purged = tools.all_versions and marker is not None
    if is_purged and (ending := _delete_versions(prepared, tools)):
        return ending
    current = prepared.current
    inverse = MoveBack(
        str(target_of(prepared)),
        target_etag,
        marker=None if is_purged else marker,
        kms_key_id=current.kms_key_id if current else prepared.intent.kms_key_id,
    )
    return Ending(Outcome.DONE, inverse=inverse, marker_only=marker is not None and not is_purged)


def _move_again(prepared: PreparedAction, tools: ObjectTools) -> Ending:
    """End a move whose object is gone: this action, an earlier one or the owner has deleted it."""
    copy = tools.calls.head(target_of(prepared))
    if copy is None:
        return Ending(Outcome.GONE)
    if prepared.current is None and prepared.earlier is None:
        return Ending(Outcome.ALREADY, "an earlier task moved it")
    return _moved(prepared, tools, copy.etag, _marker_of_earlier_try(prepared, tools))


def _delete_again(prepared: PreparedAction, tools: ObjectTools) -> Ending:
    """End a delete whose object is gone."""
    if tools.all_versions and any(
        etag == prepared.action.etag for _, etag in tools.calls.iter_versions(prepared.action.object)
    ):
        return _delete_versions(prepared, tools) or Ending(Outcome.DONE)
    if prepared.earlier is None:
        return Ending(Outcome.GONE)
    marker = _marker_of_earlier_try(prepared, tools)
    inverse = RemoveMarker(marker) if marker and not tools.all_versions else None
    return Ending(Outcome.DONE, _RETRIED, inverse=inverse, marker_only=inverse is not None)


def _marker_of_earlier_try(prepared: PreparedAction, tools: ObjectTools) -> str | None:
    has_versions = (prepared.earlier or prepared.intent).version_id is not None
    return tools.calls.current_marker(prepared.action.object) if has_versions else None


def _delete_versions(prepared: PreparedAction, tools: ObjectTools) -> Ending | None:
    """Delete the versions with the judged bytes; ``None`` if all of them are deleted."""
    action = prepared.action
    for version_id, etag in list(tools.calls.iter_versions(action.object)):
        if etag != action.etag:
            continue
        if ending := tools.held(action, version_id):
            return ending
        tools.calls.delete_version(action.object, version_id)
    return None
