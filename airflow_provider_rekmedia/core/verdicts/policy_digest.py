"""A short digest of what a policy decides, to distinguish the verdicts of two policies."""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from .policy import Policy, Rule

__all__ = ["policy_digest"]

_DIGITS: Final = 16


def policy_digest(policy: Policy) -> str:
    """
    Return 16 hexadecimal digits of the SHA-256 of a policy's canonical encoding.

    Two policies have the same digest if they have the same rules and defaults. The name, the order of the
    rules, the spelling of a number, and whether a default is written out make no difference.
    """
    canonical = {
        "labels": _encode_rules(policy.rules),
        "content_types": sorted(
            [content.content_type, content.min_confidence, _encode_rules(content.rules)]
            for content in policy.content_types
        ),
        "default": policy.default.value,
        "unknown_labels": policy.unknown_labels.value,
        "not_analyzed": policy.not_analyzed.value,
    }
    encoded = json.dumps(canonical, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()[:_DIGITS]


def _encode_rules(rules: Mapping[str, Rule]) -> dict[str, list[float | None]]:
    return {label: [rule.block, rule.review] for label, rule in rules.items()}
