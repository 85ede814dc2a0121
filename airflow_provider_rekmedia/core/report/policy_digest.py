"""The digest of a policy: equal digests decide equally, so nights with equal digests can be compared."""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from airflow_provider_rekmedia.core.verdicts.policy import Policy, Rule

__all__ = ["policy_digest"]

_DIGEST_CHARS: Final = 16


def policy_digest(policy: Policy) -> str:
    """Return 16 hexadecimal digits of what a policy decides, whatever its name and the order of its rules."""
    content_types = sorted(
        (content.content_type, content.min_confidence, _thresholds(content.rules))
        for content in policy.content_types
    )
    meaning = [_thresholds(policy.rules), content_types, policy.default, policy.unknown_labels]
    return hashlib.sha256(json.dumps(meaning).encode()).hexdigest()[:_DIGEST_CHARS]


def _thresholds(rules: Mapping[str, Rule]) -> list[list[object]]:
    return [[label, rule.block, rule.review] for label, rule in sorted(rules.items())]
