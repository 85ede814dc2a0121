"""
The declared labels of an image: from its metadata, else its tags, else the rules.

``rekmedia-labels`` and ``rekmedia-content-types``, as user metadata (``x-amz-meta-…``) or as tags, hold names
with an optional ``=confidence``. The separator is ``;`` or ``/`` (S3 allows no semicolon in a tag), such as
``Pills=88.5; Smoking``. The default confidence is 99.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from airflow_provider_rekmedia.emulator.settings.rules import ImageContent, Rule

__all__ = ["InvalidDeclaration", "find_content"]

_LABELS: Final = "rekmedia-labels"
_CONTENT_TYPES: Final = "rekmedia-content-types"
_DEFAULT_CONFIDENCE: Final = 99.0


class InvalidDeclaration(ValueError):
    """The metadata or the tags of an object declare content that no image can have."""


def find_content(
    bucket: str,
    key: str,
    *,
    metadata: Mapping[str, str],
    tags: Mapping[str, str],
    rules: Iterable[Rule],
) -> ImageContent:
    """
    Find the declared content of an image; without a declaration it is empty.

    :param metadata: user metadata, without the prefix ``x-amz-meta-``.
    :raises InvalidDeclaration: for example an unknown label.
    """
    for source in (metadata, tags):
        if _LABELS in source or _CONTENT_TYPES in source:
            return _parse(source)
    return next((rule for rule in rules if rule.matches(bucket, key)), ImageContent())


def _parse(source: Mapping[str, str]) -> ImageContent:
    declared = {
        "labels": _parse_names(source.get(_LABELS, "")),
        "content_types": _parse_names(source.get(_CONTENT_TYPES, "")),
    }
    try:
        return msgspec.convert(declared, ImageContent)
    except msgspec.ValidationError as error:
        raise InvalidDeclaration(str(error)) from error


def _parse_names(text: str) -> dict[str, float]:
    entries = (entry.strip() for entry in text.replace("/", ";").split(";"))
    return dict(_parse_name(entry) for entry in entries if entry)


def _parse_name(entry: str) -> tuple[str, float]:
    name, _, confidence = entry.partition("=")
    try:
        return name.strip(), float(confidence) if confidence else _DEFAULT_CONFIDENCE
    except ValueError as error:
        msg = f"the confidence in {entry!r} is not a number"
        raise InvalidDeclaration(msg) from error
