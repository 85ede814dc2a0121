"""
Rules files: the user states which images have which labels.

.. code-block:: yaml

    rules:
      - key: "beach/*.jpg"            # glob on the S3 key; * matches slashes too; case-sensitive
        bucket: "holiday-*"           # glob on the bucket; default: any bucket
        labels: {Female Swimwear or Underwear: 97.5}
        content_types: {Animated: 88}

The first rule that matches an image applies. JSON is YAML, so a rules file may be JSON.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import msgspec
import yaml

from airflow_provider_rekmedia.core.taxonomy import CONTENT_TYPES, PARENT_OF

__all__ = ["ImageContent", "InvalidRules", "Rule", "parse_rules", "read_rules"]

_MAX_CONFIDENCE = 100


class InvalidRules(ValueError):
    """The rules are not valid."""


class ImageContent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The labels and content types of an image, each with a confidence from 0 to 100.

    msgspec reports a ``ValueError`` of ``__post_init__`` as its own ``ValidationError``.
    """

    labels: dict[str, float] = {}
    content_types: dict[str, float] = {}

    def __post_init__(self) -> None:
        _check_names("label", self.labels, PARENT_OF)
        _check_names("content type", self.content_types, CONTENT_TYPES)


class Rule(ImageContent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One rule: the content of all images whose key and bucket match.

    :param key: glob, case-sensitive.
    :param bucket: glob.
    """

    key: str
    bucket: str = "*"

    def matches(self, bucket: str, key: str) -> bool:
        """Whether this rule applies to the object."""
        return fnmatchcase(bucket, self.bucket) and fnmatchcase(key, self.key)


def read_rules(path: Path) -> tuple[Rule, ...]:
    """
    Read a rules file, YAML or JSON.

    :raises InvalidRules: the file is not YAML, or its content is not valid.
    :raises OSError: the file cannot be read.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        msg = f"{path} is not YAML: {error}"
        raise InvalidRules(msg) from error
    if not isinstance(content, Mapping) or set(content) != {"rules"}:
        msg = f"{path} must have exactly one key at the top level: 'rules'"
        raise InvalidRules(msg)
    return parse_rules(content["rules"])


def parse_rules(entries: Any) -> tuple[Rule, ...]:
    """
    Validate the plain data of a rules file.

    :param entries: a list of mappings; the order is kept.
    :raises InvalidRules: with the position of the rule, counted from 1, and the reason.
    """
    if not isinstance(entries, list | tuple):
        msg = f"rules must be a list, not {type(entries).__name__}"
        raise InvalidRules(msg)
    return tuple(_parse_rule(position, entry) for position, entry in enumerate(entries, start=1))


def _parse_rule(position: int, entry: Any) -> Rule:
    try:
        return msgspec.convert(entry, Rule)
    except msgspec.ValidationError as error:
        msg = f"rule {position}: {error} (a rule has key, bucket, labels, content_types)"
        raise InvalidRules(msg) from error


def _check_names(kind: str, confidences: Mapping[str, float], known: Any) -> None:
    for name, confidence in confidences.items():
        if name not in known:
            msg = f"Rekognition has no {kind} {name!r}"
            raise ValueError(msg)
        if not 0 <= confidence <= _MAX_CONFIDENCE:
            msg = f"the confidence of {kind} {name!r} must be from 0 to 100, not {confidence:g}"
            raise ValueError(msg)
