"""Shows suggested thresholds as a unified diff of the policy document. Nothing is changed."""

import json
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any, Final

__all__ = ["policy_diff", "with_review_thresholds"]

_STEP: Final = "  "
#: Plain YAML text may have these between its letters.
_PLAIN: Final = str.maketrans(" -_", "aaa")
#: YAML reads these as no text.
_NO_TEXT: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def policy_diff(document: Mapping[str, Any], review_thresholds: Mapping[str, float]) -> str:
    """
    Return the diff, as of YAML files; ``""`` without a change.

    :param document: The policy as its user wrote it.
    :param review_thresholds: The new threshold of each rule, percent, by the name of the rule in a verdict.
    """
    now, then = list(_lines(document)), list(_lines(with_review_thresholds(document, review_thresholds)))
    return "\n".join(unified_diff(now, then, "policy.yaml", "policy.yaml (suggested)", lineterm=""))


def with_review_thresholds(
    document: Mapping[str, Any], review_thresholds: Mapping[str, float]
) -> dict[str, Any]:
    """
    Return the document with other review thresholds. Rules that it does not have are ignored.

    :param review_thresholds: As in :func:`policy_diff`.
    """
    changed = dict(document)
    if labels := document.get("labels"):
        changed["labels"] = _changed(labels, "", review_thresholds)
    if content_types := document.get("content_types"):
        changed["content_types"] = {
            name: dict(content)
            | {
                word: _changed(labels, f"{name}: ", review_thresholds)
                for word, labels in content.items()
                if word == "labels"
            }
            for name, content in content_types.items()
        }
    return changed


def _changed(
    labels: Mapping[str, Any], prefix: str, review_thresholds: Mapping[str, float]
) -> dict[str, Any]:
    return {
        label: _with_review(rule, review_thresholds[f"{prefix}{label}"])
        if f"{prefix}{label}" in review_thresholds
        else rule
        for label, rule in labels.items()
    }


def _with_review(rule: Any, review: float) -> dict[str, Any]:
    """Return the rule with this threshold. The rule ``review`` is a threshold of 0."""
    thresholds = dict(rule) if isinstance(rule, Mapping) else {}
    return thresholds | {"review": int(review) if review.is_integer() else review}


def _lines(mapping: Mapping[Any, Any], indent: str = "") -> Iterator[str]:
    for key, value in mapping.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{_scalar(key)}:"
            yield from _lines(value, f"{indent}{_STEP}")
        else:
            yield f"{indent}{_scalar(key)}: {_scalar(value)}"


def _scalar(value: Any) -> str:
    """Write plain words as they are, and everything else as JSON, which is YAML too."""
    is_plain = isinstance(value, str) and value.translate(_PLAIN).isalpha()
    is_text = is_plain and value == value.strip(" -") and value.lower() not in _NO_TEXT
    return value if is_text else json.dumps(value)
