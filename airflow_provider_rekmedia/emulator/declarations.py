"""
What an object says of itself: its metadata, its tags, then the rules.

``rekmedia-labels`` and ``rekmedia-content-types`` (as ``x-amz-meta-…`` or as a tag) hold names, each with
``=confidence`` or without, separated by ``;`` or ``/`` (S3 allows no semicolon in a tag):
``Pills=88.5; Smoking``. A name without a confidence gets 99.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from .labels import is_content_type, is_label
from .rules import InvalidRules, Rule, Sight, check_confidences

__all__ = ["see"]

_LABELS: Final = "rekmedia-labels"
_CONTENT_TYPES: Final = "rekmedia-content-types"
_SURE: Final = 99.0


def see(
    bucket: str,
    key: str,
    *,
    metadata: Mapping[str, str],
    tags: Mapping[str, str],
    rules: Iterable[Rule],
) -> Sight:
    """
    Decide what an image shows; without any declaration, nothing.

    :param metadata: the object's own metadata, without the ``x-amz-meta-`` prefix.
    :raises InvalidRules: a declaration names a label that Rekognition does not have.
    """
    for source in (metadata, tags):
        if _LABELS in source or _CONTENT_TYPES in source:
            return Sight(
                labels=check_confidences(_parse_declaration(source.get(_LABELS, "")), is_label),
                content_types=check_confidences(
                    _parse_declaration(source.get(_CONTENT_TYPES, "")), is_content_type, what="content type"
                ),
            )
    return next((rule.sight for rule in rules if rule.matches(bucket, key)), Sight())


def _parse_declaration(text: str) -> dict[str, float]:
    entries = (entry.strip() for entry in text.replace("/", ";").split(";"))
    return dict(_parse_entry(entry) for entry in entries if entry)


def _parse_entry(entry: str) -> tuple[str, float]:
    name, _, confidence = entry.partition("=")
    try:
        return name.strip(), float(confidence) if confidence else _SURE
    except ValueError as error:
        msg = f"the confidence in {entry!r} is not a number"
        raise InvalidRules(msg) from error
