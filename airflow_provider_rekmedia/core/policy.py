"""
A policy: rules from label, confidence and content type to a verdict.

A rule on a label covers the labels below it, and the more specific rule wins. The service names with a
label its parents, too: a parent that is no more confident than a label below it says nothing of its own,
so the rule of that label alone decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from .results import ImageResult, ModerationLabel
from .taxonomy import PARENT_OF
from .verdict import ALLOWED, Decision, Verdict

__all__ = ["ANY_LABEL", "ContentRules", "Policy", "Rule", "verdict"]


@dataclass(frozen=True, slots=True)
class Rule:
    """
    Thresholds for one label and those below it, percent, inclusive; ``None`` is never.

    :param name: As a verdict names it.
    """

    name: str
    block: float | None = None
    review: float | None = None

    def decide(self, confidence: float) -> Decision:
        """Decide about one label."""
        if self.block is not None and confidence >= self.block:
            return Decision.BLOCK
        if self.review is not None and confidence >= self.review:
            return Decision.REVIEW
        return Decision.ALLOW


@dataclass(frozen=True, slots=True)
class ContentRules:
    """
    Rules for images of one content type; where they have none for a label, the policy's own count.

    :param min_confidence: Of the content type, percent, inclusive.
    """

    content_type: str
    min_confidence: float
    rules: Mapping[str, Rule]


def _always(name: str, decision: Decision) -> Rule:
    return Rule(
        name,
        0.0 if decision is Decision.BLOCK else None,
        0.0 if decision is Decision.REVIEW else None,
    )


@dataclass(frozen=True)
class Policy:
    """
    The rules, ready to decide.

    :param default: What a label of the taxonomy without a rule is.
    :param unknown_labels: What a label is that neither the taxonomy nor a rule knows, nor its parent.
    :param name: The user's name for it; goes into tables.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    content_types: tuple[ContentRules, ...] = ()
    default: Decision = Decision.ALLOW
    unknown_labels: Decision = Decision.REVIEW
    name: str = ""

    def rule_for(self, label: ModerationLabel, rules: Mapping[str, Rule]) -> Rule | None:
        """Find the most specific of some rules for a label: its own, its parent's, and so on up."""
        if (own := rules.get(label.name)) is not None:
            return own
        above = label.parent_name or PARENT_OF.get(label.name, "")
        while above:
            if (found := rules.get(above)) is not None:
                return found
            above = PARENT_OF.get(above, "")
        return None

    def fallback(self, label: ModerationLabel) -> Rule:
        """Say what a label without a rule is."""
        if label.name in PARENT_OF or label.parent_name in PARENT_OF:
            return _always("default", self.default)
        return _always("unknown_labels", self.unknown_labels)


#: Where the user gives no policy: any label wants a look.
ANY_LABEL: Final = Policy(default=Decision.REVIEW)


def verdict(result: ImageResult, policy: Policy) -> Verdict:
    """
    Decide about one image.

    :return: The most severe decision about any of its labels, with the rule and the labels that caused it.
    """
    labels = result.detection.moderation_labels
    if not labels:
        return ALLOWED
    overlays = _overlays(result, policy) if policy.content_types else ()
    worst, rule_name, causes = Decision.ALLOW, "", []
    for label in _telling(labels):
        rule = _rule(label, policy, overlays)
        decision = rule.decide(label.confidence)
        if decision is worst and rule.name == rule_name:
            causes.append(label)
        elif decision.severity > worst.severity or not causes:
            worst, rule_name, causes = decision, rule.name, [label]
    return Verdict(worst, rule_name, tuple(label.name for label in causes), causes[0].confidence)


def _overlays(result: ImageResult, policy: Policy) -> tuple[Mapping[str, Rule], ...]:
    found = {each.name: each.confidence for each in result.detection.content_types}
    return tuple(
        each.rules
        for each in policy.content_types
        if found.get(each.content_type, -1.0) >= each.min_confidence
    )


def _rule(label: ModerationLabel, policy: Policy, overlays: tuple[Mapping[str, Rule], ...]) -> Rule:
    for rules in (*overlays, policy.rules):
        found = policy.rule_for(label, rules)
        if found is not None:
            return found
    return policy.fallback(label)


def _telling(labels: tuple[ModerationLabel, ...]) -> list[ModerationLabel]:
    """Leave out parents that only repeat a label below them; the most confident come first."""
    if len(labels) == 1:
        return list(labels)
    repeated: dict[str, float] = {}
    for label in labels:
        above = label.parent_name or PARENT_OF.get(label.name, "")
        while above:
            repeated[above] = max(label.confidence, repeated.get(above, 0.0))
            above = PARENT_OF.get(above, "")
    telling = [label for label in labels if label.confidence > repeated.get(label.name, -1.0)]
    # Two labels that name each other as parents would leave nothing: then all of them tell.
    return sorted(telling or labels, key=lambda label: -label.confidence)
