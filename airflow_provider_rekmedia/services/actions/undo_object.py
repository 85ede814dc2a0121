"""Undoes the action on one object, as far as possible."""

from dataclasses import replace
from typing import assert_never

from airflow_provider_rekmedia.adapters.actions.object_calls import PreconditionFailed
from airflow_provider_rekmedia.core.actions.inverse import (
    Irreversible,
    MoveBack,
    RemoveCopy,
    RemoveMarker,
    RestoreTags,
)
from airflow_provider_rekmedia.core.actions.tags import restored_tags
from airflow_provider_rekmedia.core.actions.verb import Outcome
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

from .object_tools import Ending, ObjectTools, PreparedAction

__all__ = ["undo_object"]

_OCCUPIED = "another object is at the old key"


def undo_object(prepared: PreparedAction, tools: ObjectTools) -> Ending:
    """Undo one action. What somebody has changed since is left alone and reported as ``changed``."""
    version_id = prepared.current.version_id if prepared.current else None
    if ending := tools.held(prepared.action, version_id):
        return ending
    match prepared.action.undo:
        case RestoreTags() as inverse:
            return _restore_tags(prepared, inverse, tools)
        case RemoveCopy(target, target_etag):
            return _remove_copy(parse_s3_uri(target), target_etag, tools)
        case MoveBack() as inverse:
            return _move_back(prepared, inverse, tools)
        case RemoveMarker(marker):
            return _remove_marker(prepared, marker, tools) or Ending(Outcome.DONE)
        case Irreversible() | None:
            return Ending(Outcome.FAILED, "it cannot be undone")
        case other:
            assert_never(other)


def _restore_tags(prepared: PreparedAction, inverse: RestoreTags, tools: ObjectTools) -> Ending:
    action = prepared.action
    if ending := tools.changed(action):
        return ending
    current = tools.calls.read_tags(action.object, inverse.version_id)
    restored = restored_tags(current, inverse)
    if restored is None:
        return Ending(Outcome.CHANGED, "somebody has changed the tags since")
    if restored == current:
        return Ending(Outcome.ALREADY)
    tools.calls.write_tags(action.object, inverse.version_id, restored)
    return Ending(Outcome.DONE)


def _remove_copy(target: S3Uri, target_etag: str, tools: ObjectTools) -> Ending:
    try:
        if tools.calls.head(target) is None:
            return Ending(Outcome.ALREADY)
        tools.calls.delete(target, target_etag)
    except PreconditionFailed:
        return Ending(Outcome.CHANGED, "the copy has other bytes")
    return Ending(Outcome.DONE)


def _move_back(prepared: PreparedAction, inverse: MoveBack, tools: ObjectTools) -> Ending:
    target = parse_s3_uri(inverse.target)
    if inverse.marker is not None:
        ending = _remove_marker(prepared, inverse.marker, tools)
    else:
        ending = _copy_back(prepared, target, inverse, tools)
    if ending is not None and ending.outcome is not Outcome.ALREADY:
        return ending
    removed = _remove_copy(target, inverse.target_etag, tools)
    return Ending(Outcome.DONE) if removed.outcome is Outcome.DONE else ending or removed


def _copy_back(
    prepared: PreparedAction, target: S3Uri, inverse: MoveBack, tools: ObjectTools
) -> Ending | None:
    """Copy the object to its old key; ``None`` if it is there now."""
    source = prepared.action.object
    copy = tools.calls.head(target)
    if copy is None:
        # A try that died may have restored the object and deleted the copy.
        return tools.changed(prepared.action) or Ending(Outcome.ALREADY)
    like = replace(copy, kms_key_id=inverse.kms_key_id)
    try:
        tools.calls.copy(target, inverse.target_etag, source, like)
    except PreconditionFailed:
        if tools.calls.head(source) is None:
            return Ending(Outcome.CHANGED, "the copy has other bytes")
        try:
            same = tools.calls.has_same_bytes(target, inverse.target_etag, source)
        except PreconditionFailed:
            same = False
        return None if same else Ending(Outcome.CHANGED, _OCCUPIED)
    return None


def _remove_marker(prepared: PreparedAction, marker: str, tools: ObjectTools) -> Ending | None:
    """Remove the delete marker if it still hides the object; ``None`` if it is removed."""
    source = prepared.action.object
    current = tools.calls.head(source)
    if current is not None:
        is_restored = current.etag == prepared.action.etag
        return Ending(Outcome.ALREADY) if is_restored else Ending(Outcome.CHANGED, _OCCUPIED)
    if tools.calls.current_marker(source) != marker:
        return Ending(Outcome.GONE, "somebody has deleted the object since")
    tools.calls.delete_version(source, marker)
    return None
