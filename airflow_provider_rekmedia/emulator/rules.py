"""
What images show: declared by whoever runs the emulator, in a rules file.

.. code-block:: yaml

    rules:
      - key: "beach/*.jpg"            # glob on the S3 key; * matches slashes too; case matters
        bucket: "holiday-*"           # glob on the bucket; any, when left out
        labels: {Female Swimwear or Underwear: 97.5}
        content_types: {Animated: 88}

The first rule that matches an image speaks for it. JSON is YAML, so a rules file may be JSON.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from .labels import is_content_type, is_label

__all__ = ["InvalidRules", "Rule", "Sight", "check_confidences", "parse_rules", "read_rules"]


class InvalidRules(ValueError):
    """A rules file, or an object's own declaration, says something that no image could show."""


@dataclass(frozen=True)
class Sight:
    """What an image shows: labels and content types, each with a confidence from 0 to 100."""

    labels: Mapping[str, float] = field(default_factory=dict)
    content_types: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One entry of a rules file."""

    key: str
    sight: Sight
    bucket: str = "*"

    def matches(self, bucket: str, key: str) -> bool:
        """Whether this rule speaks for the object."""
        return fnmatchcase(bucket, self.bucket) and fnmatchcase(key, self.key)


def read_rules(path: Path) -> tuple[Rule, ...]:
    """
    Read a rules file, YAML or JSON.

    :raises InvalidRules: not YAML, or not rules.
    :raises OSError: the file cannot be read.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        msg = f"{path} is not YAML: {error}"
        raise InvalidRules(msg) from error
    if not isinstance(content, Mapping) or set(content) != {"rules"}:
        msg = f"{path} has one key at the top, 'rules'"
        raise InvalidRules(msg)
    return parse_rules(content["rules"])


def parse_rules(entries: Any) -> tuple[Rule, ...]:
    """
    Turn the plain data of a rules file into rules.

    :param entries: a list of mappings; order is kept, for the first match speaks.
    :raises InvalidRules: naming the entry, counted from 1, and what is wrong with it.
    """
    if not isinstance(entries, list | tuple):
        msg = "rules are a list"
        raise InvalidRules(msg)
    rules = []
    for position, entry in enumerate(entries, start=1):
        try:
            rules.append(entry if isinstance(entry, Rule) else _parse_rule(entry))
        except InvalidRules as error:
            msg = f"rule {position}: {error}"
            raise InvalidRules(msg) from error
    return tuple(rules)


def check_confidences(
    confidences: Any, is_known: Callable[[str], bool], *, what: str = "label"
) -> dict[str, float]:
    """
    Check a mapping of names to confidences.

    :param is_known: whether Rekognition has such a name.
    :param what: how to call the names in the error.
    :raises InvalidRules: an unknown name, or a confidence that is no number from 0 to 100.
    """
    if not isinstance(confidences, Mapping):
        msg = f"{what}s are a mapping of name to confidence, not {confidences!r}"
        raise InvalidRules(msg)
    for name, confidence in confidences.items():
        if not isinstance(name, str) or not is_known(name):
            msg = f"Rekognition has no {what} {name!r}"
            raise InvalidRules(msg)
        is_number = isinstance(confidence, int | float) and not isinstance(confidence, bool)
        if not is_number or not 0 <= confidence <= 100:  # noqa: PLR2004 - confidences are percentages
            msg = f"the confidence of {name!r} is a number from 0 to 100, not {confidence!r}"
            raise InvalidRules(msg)
    return {name: float(confidence) for name, confidence in confidences.items()}


def _parse_rule(entry: Any) -> Rule:
    if not isinstance(entry, Mapping):
        msg = f"{entry!r} is not a mapping"
        raise InvalidRules(msg)
    unknown = sorted(set(map(str, entry)) - {"key", "bucket", "labels", "content_types"})
    if unknown:
        msg = f"unknown field {unknown[0]!r}; a rule has key, bucket, labels, content_types"
        raise InvalidRules(msg)
    key, bucket = entry.get("key"), entry.get("bucket", "*")
    if not isinstance(key, str) or not isinstance(bucket, str):
        msg = "a rule has a glob 'key', and may have a glob 'bucket'"
        raise InvalidRules(msg)
    sight = Sight(
        labels=check_confidences(entry.get("labels", {}), is_label),
        content_types=check_confidences(entry.get("content_types", {}), is_content_type, what="content type"),
    )
    return Rule(key=key, sight=sight, bucket=bucket)
