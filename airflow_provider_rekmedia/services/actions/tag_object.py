"""Tags one object: merges the tags, writes them, and checks that they are on the judged bytes."""

from airflow_provider_rekmedia.core.actions.inverse import RestoreTags
from airflow_provider_rekmedia.core.actions.tags import MAX_TAGS, merge_tags, tags_before
from airflow_provider_rekmedia.core.actions.verb import Outcome

from .object_tools import Ending, ObjectTools, PreparedAction

__all__ = ["tag_object"]


def tag_object(prepared: PreparedAction, tools: ObjectTools) -> Ending:
    """
    Tag an object.

    S3 has no precondition for tags. In a bucket with versions, the version is named, so that no other bytes
    can get the tags. In other buckets, the ETag is checked right before and after. An object that was
    overwritten in between loses the tags again.
    """
    action, version_id = prepared.action, prepared.intent.version_id
    added = action.tags or {}
    if ending := tools.held(action, version_id) or tools.changed(action):
        return ending
    current = tools.calls.read_tags(action.object, version_id)
    merged = merge_tags(current, added)
    if merged is None:
        return Ending(Outcome.FAILED, f"it would have more than {MAX_TAGS} tags")
    inverse = _inverse(prepared)
    if merged == current:
        return Ending(Outcome.DONE if inverse else Outcome.ALREADY, inverse=inverse)
    tools.calls.write_tags(action.object, version_id, merged)
    return _checked(prepared, tools) or Ending(Outcome.DONE, inverse=inverse)


def _checked(prepared: PreparedAction, tools: ObjectTools) -> Ending | None:
    """Check the tags after they were written; ``None`` if they are on the judged bytes."""
    action, version_id = prepared.action, prepared.intent.version_id
    if ending := tools.changed(action):
        if ending.outcome is not Outcome.CHANGED or version_id is not None:
            return ending
        _remove_tags(prepared, tools)
        return Ending(Outcome.CHANGED, "it was overwritten while it was tagged; the tags were removed")
    if not (action.tags or {}).items() <= tools.calls.read_tags(action.object, version_id).items():
        return Ending(Outcome.FAILED, "another program replaced the tags")
    return None


def _inverse(prepared: PreparedAction) -> RestoreTags | None:
    """Return what restores the tags; ``None`` if they were there before the first try."""
    added = prepared.action.tags or {}
    earlier = prepared.earlier.tags_before if prepared.earlier else None
    before = tags_before(added, prepared.intent.tags_before or {}, earlier)
    return None if before == added else RestoreTags(before, added, prepared.intent.version_id)


def _remove_tags(prepared: PreparedAction, tools: ObjectTools) -> None:
    added = prepared.action.tags or {}
    current = tools.calls.read_tags(prepared.action.object, None)
    kept = {name: text for name, text in current.items() if added.get(name) != text}
    if kept != current:
        tools.calls.write_tags(prepared.action.object, None, kept)
