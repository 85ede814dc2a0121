"""
A policy: rules from label, confidence and content type to a verdict.

A rule on a label covers the labels below it, and the more specific rule wins; of two content types' rules
that are equally specific, the more severe. The service names with a label its parents, too: a parent that is
no more confident than a label below it says nothing of its own, so the rule of that label alone decides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from graphlib import CycleError, TopologicalSorter
from operator import attrgetter
from typing import Final

from airflow_provider_rekmedia.core.results.image_result import ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.taxonomy import ANCESTORS, PARENT_OF, ancestors_of

from .verdict import ALLOWED, Decision, Verdict

__all__ = ["ANY_LABEL", "ContentRules", "Policy", "Rule", "verdict", "verdicts"]


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


_MOST_FOUND: Final = 10_000


@dataclass(frozen=True)
class Policy:
    """
    The rules, ready to decide.

    :param default: What a label of the taxonomy without a rule is.
    :param unknown_labels: What a label is without a rule of which the taxonomy knows neither name nor parent.
    :param name: The user's name for it; goes into tables.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    content_types: tuple[ContentRules, ...] = ()
    default: Decision = Decision.ALLOW
    unknown_labels: Decision = Decision.REVIEW
    name: str = ""

    #: By label, the parent and the rule that it had last: a night has few labels, and many images.
    _found: dict[str, tuple[str, Rule]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def rule_for(self, label: ModerationLabel) -> Rule:
        """Find the rule that decides about a label where the image's content type has none."""
        known = self._found.get(label.name)
        if known is None or known[0] != label.parent_name:
            if len(self._found) >= _MOST_FOUND:  # names are text of strangers
                self._found.clear()
            found = _most_specific(label, (self.rules,))
            known = (label.parent_name, found[0] if found else self._fallback(label))
            self._found[label.name] = known
        return known[1]

    def _fallback(self, label: ModerationLabel) -> Rule:
        if label.name in PARENT_OF or label.parent_name in PARENT_OF:
            return _always("default", self.default)
        return _always("unknown_labels", self.unknown_labels)


def _most_specific(label: ModerationLabel, every: Iterable[Mapping[str, Rule]]) -> list[Rule]:
    """Find a label's own rules, else its parent's, and so on up."""
    for name in (label.name, *ancestors_of(label.name, label.parent_name)):
        found = [rules[name] for rules in every if name in rules]
        if found:
            return found
    return []


#: Where the user gives no policy: any label wants a look.
ANY_LABEL: Final = Policy(default=Decision.REVIEW)


def verdict(result: ImageResult, policy: Policy) -> Verdict:
    """
    Decide about one image.

    :return: The most severe decision about any of its labels, with the rule and the labels that caused it.
    """
    labels: Sequence[ModerationLabel] = result.detection.moderation_labels
    if not labels:
        return ALLOWED
    rule_for = policy.rule_for
    if policy.content_types and (overlays := _overlays(result, policy)):
        rule_for = partial(_rule_of, policy, overlays)
    if len(labels) > 1:
        labels = _telling(labels)
    if len(labels) > 1:
        return _worst(labels, rule_for)
    label = labels[0]
    rule, confidence = rule_for(label), label.confidence
    return Verdict(rule.decide(confidence), rule.name, (label.name,), confidence)


def verdicts(results: Iterable[ImageResult], policy: Policy) -> list[Verdict]:
    """Decide about each image; most have no label, so that is asked here, without a call for each."""
    return [verdict(result, policy) if result.detection.moderation_labels else ALLOWED for result in results]


def _overlays(result: ImageResult, policy: Policy) -> tuple[Mapping[str, Rule], ...]:
    found = {each.name: each.confidence for each in result.detection.content_types}
    return tuple(
        each.rules
        for each in policy.content_types
        if found.get(each.content_type, -1.0) >= each.min_confidence
    )


def _rule_of(policy: Policy, overlays: tuple[Mapping[str, Rule], ...], label: ModerationLabel) -> Rule:
    """Find the rule that decides about a label of an image of these content types."""
    found = _most_specific(label, overlays)
    if not found:
        return policy.rule_for(label)
    # Of two content types, the more severe; the name makes it one of two that are alike.
    return max(found, key=lambda rule: (rule.decide(label.confidence).severity, rule.name))


def _worst(labels: Sequence[ModerationLabel], rule_for: Callable[[ModerationLabel], Rule]) -> Verdict:
    """Decide about labels that all say something of their own."""
    first, *others = sorted(labels, key=attrgetter("confidence"), reverse=True)
    rule = rule_for(first)
    worst = rule.decide(first.confidence)
    causes = [first]
    for label in others:
        another = rule_for(label)
        decision = another.decide(label.confidence)
        if decision is worst and another.name == rule.name:
            causes.append(label)
        elif decision.severity > worst.severity:
            worst, rule, causes = decision, another, [label]
    return Verdict(worst, rule.name, tuple([label.name for label in causes]), causes[0].confidence)


def _telling(labels: Sequence[ModerationLabel]) -> Sequence[ModerationLabel]:
    """Leave out parents that only repeat a label below them."""
    repeated: dict[str, float] = {}  # how confident the labels below each name are
    for label in labels:
        way_up = ANCESTORS.get(label.name)
        if way_up is None or way_up[0] != label.parent_name:
            repeated = _repeated_beyond_taxonomy(labels)
            break
        for above in way_up[1]:
            if label.confidence > repeated.get(above, -1.0):
                repeated[above] = label.confidence
    return [label for label in labels if label.confidence > repeated.get(label.name, -1.0)]


def _repeated_beyond_taxonomy(labels: Sequence[ModerationLabel]) -> dict[str, float]:
    """
    Find how confident the labels below each name are, where nobody knows that parents come to an end: a
    label whose do not repeats none.
    """  # noqa: D205 one thought
    ways = TopologicalSorter[str]()
    for label in labels:
        ways.add(label.name, *ancestors_of(label.name, label.parent_name))
    with suppress(CycleError):
        ways.prepare()
    ending: set[str] = set()
    while names := ways.get_ready():
        ending.update(names)
        ways.done(*names)
    repeated: dict[str, float] = {}
    for label in labels:
        for above in ancestors_of(label.name, label.parent_name) if label.name in ending else ():
            repeated[above] = max(label.confidence, repeated.get(above, -1.0))
    return repeated
