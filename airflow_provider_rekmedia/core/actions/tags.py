"""Merges tags into the tags that an object has."""

import re
from collections.abc import Mapping
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .inverse import RestoreTags

__all__ = ["DEFAULT_TAGS", "MAX_TAGS", "merge_tags", "parse_tags", "restored_tags", "tags_before", "tags_for"]

#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
MAX_TAGS: Final = 10
_MAX_KEY_CHARS: Final = 128
_MAX_VALUE_CHARS: Final = 256
_ALLOWED: Final = re.compile(r"[\w\s+\-=.:/@]*")
_VERDICT: Final = "{verdict}"

DEFAULT_TAGS: Final[Mapping[str, str]] = {"moderation-verdict": _VERDICT}


def parse_tags(value: Mapping[str, Any] | None) -> dict[str, str]:
    """
    Parse the argument ``tags``.

    :param value: Tags to set; ``{verdict}`` in a value becomes the verdict. ``None`` is :data:`DEFAULT_TAGS`.
    :raises InvalidArgument: S3 would refuse a tag, or there are none or more than ten.
    """
    tags = {str(name): str(text) for name, text in (DEFAULT_TAGS if value is None else value).items()}
    problem = "S3 allows 1 to 10 tags" if not 0 < len(tags) <= MAX_TAGS else ""
    for name, text in tags.items():
        longest = text.replace(_VERDICT, max(Decision, key=len))
        if not (0 < len(name) <= _MAX_KEY_CHARS and len(longest) <= _MAX_VALUE_CHARS):
            problem = "a tag has a key of 1 to 128 and a value of at most 256 characters"
        elif not (_ALLOWED.fullmatch(name) and _ALLOWED.fullmatch(longest)):
            problem = "a tag has only letters, digits, spaces and + - = . : / @ _"
        elif name.lower().startswith("aws:"):
            problem = "tags that start with aws: belong to AWS"
    if problem:
        raise InvalidArgument(argument="tags", value=value, problem=problem)
    return tags


def tags_for(tags: Mapping[str, str], verdict: Decision) -> dict[str, str]:
    """Return the tags for an object with this verdict."""
    return {name: text.replace(_VERDICT, verdict) for name, text in tags.items()}


def merge_tags(current: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str] | None:
    """Return the tags that the object should have; ``None`` if these are more than S3 allows."""
    merged = {**current, **added}
    return merged if len(merged) <= MAX_TAGS else None


def tags_before(
    added: Mapping[str, str], current: Mapping[str, str], earlier: Mapping[str, str] | None
) -> dict[str, str | None]:
    """
    Return the value that each added tag had before the action.

    :param current: The tags of the object now.
    :param earlier: The tags before an earlier try, which may have set the tags and died. They are used where
        the object has the added value now.
    """
    return {
        name: earlier.get(name) if earlier is not None and current.get(name) == text else current.get(name)
        for name, text in added.items()
    }


def restored_tags(current: Mapping[str, str], inverse: RestoreTags) -> dict[str, str] | None:
    """
    Return the tags after an undo; ``None`` if someone has changed one of the tags since.

    Tags that the action did not set stay as they are.
    """
    kept = dict(current)
    for name, before in inverse.before.items():
        if current.get(name) not in (inverse.after[name], before):
            return None
        kept.pop(name, None)
        if before is not None:
            kept[name] = before
    return kept
