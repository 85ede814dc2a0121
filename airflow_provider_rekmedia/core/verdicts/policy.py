"""
A policy: rules from label, confidence and content type to a verdict.

A rule for a label covers the labels below it. The most specific rule wins. Of two equally specific rules of
content types, the more severe one wins. Parents that only repeat a label below them are not judged.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import Final

from airflow_provider_rekmedia.core.results.image_result import ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.taxonomy import PARENT_OF, ancestors_of

from .repeated_labels import without_repeated_labels
from .verdict import ALLOWED, NOT_ANALYZED, Decision, Verdict

__all__ = ["ANY_LABEL", "ContentRules", "Match", "Policy", "Rule", "judge", "verdict", "verdicts"]


@dataclass(frozen=True, slots=True)
class Rule:
    """
    Thresholds for one label and the labels below it, in percent, inclusive; ``None`` means never.

    :param name: The name of the rule in a verdict.
    """

    name: str
    block: float | None = None
    review: float | None = None

    def decide(self, confidence: float) -> Decision:
        """Decide about one label with this confidence."""
        if self.block is not None and confidence >= self.block:
            return Decision.BLOCK
        if self.review is not None and confidence >= self.review:
            return Decision.REVIEW
        return Decision.ALLOW


@dataclass(frozen=True, slots=True)
class ContentRules:
    """
    Rules for images of one content type. For a label without such a rule, the policy's rules are used.

    :param min_confidence: Least confidence of the content type, percent, inclusive.
    """

    content_type: str
    min_confidence: float
    rules: Mapping[str, Rule]


#: A rule that matched a label, the confidence of the label, and what the rule decides.
Match = tuple[Rule, float, Decision]


def _always(name: str, decision: Decision) -> Rule:
    return Rule(
        name,
        0.0 if decision is Decision.BLOCK else None,
        0.0 if decision is Decision.REVIEW else None,
    )


_CONFIDENCE: Final = attrgetter("confidence")

#: Label names are untrusted, so the cache of rules has a limit.
_MAX_CACHED: Final = 10_000


@dataclass(frozen=True)
class Policy:
    """
    The rules, ready to decide.

    :param default: The verdict for a label of the taxonomy without a rule.
    :param unknown_labels: The verdict for a label without a rule, if neither the label nor its parent is in
        the taxonomy.
    :param not_analyzed: The decision about an image that failed or is unaccounted for.
    :param name: The user's name of the policy, for tables.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    content_types: tuple[ContentRules, ...] = ()
    default: Decision = Decision.ALLOW
    unknown_labels: Decision = Decision.REVIEW
    not_analyzed: Decision = Decision.REVIEW
    name: str = ""

    #: By label, its last parent and rule. A run has few labels and many images.
    _cache: dict[str, tuple[str, Rule]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def not_analyzed_verdict(self) -> Verdict:
        """The verdict on an image that failed or is unaccounted for."""
        return Verdict(self.not_analyzed, NOT_ANALYZED)

    def rule_for(self, label: ModerationLabel) -> Rule:
        """Return the rule for a label, without the rules of content types."""
        known = self._cache.get(label.name)
        if known is None or known[0] != label.parent_name:
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            rules = _most_specific(label, (self.rules,))
            known = (label.parent_name, rules[0] if rules else self._fallback(label))
            self._cache[label.name] = known
        return known[1]

    def _fallback(self, label: ModerationLabel) -> Rule:
        if label.name in PARENT_OF or label.parent_name in PARENT_OF:
            return _always("default", self.default)
        return _always("unknown_labels", self.unknown_labels)


def _most_specific(label: ModerationLabel, rule_sets: Iterable[Mapping[str, Rule]]) -> list[Rule]:
    """Return the rules for a label itself, else for its nearest ancestor with a rule."""
    for name in (label.name, *ancestors_of(label.name, label.parent_name)):
        matching = [rules[name] for rules in rule_sets if name in rules]
        if matching:
            return matching
    return []


#: The policy if the user sets none: an image with any label is reviewed.
ANY_LABEL: Final = Policy(default=Decision.REVIEW)


def verdict(result: ImageResult, policy: Policy) -> Verdict:
    """
    Decide about one image.

    :return: The most severe decision about the labels, with the rule and the labels that caused it.
    """
    return judge(result, policy)[0]


def judge(result: ImageResult, policy: Policy) -> tuple[Verdict, Sequence[Match]]:
    """
    Decide about one image, and return the rules that were compared.

    :return: The verdict, and each rule that matched a label, with the confidence of the label and what the
        rule decides, in descending order of confidence. The most severe decision is the verdict. Labels that
        only repeat another are left out.
    """
    labels: Sequence[ModerationLabel] = result.detection.moderation_labels
    if not labels:
        return ALLOWED, ()
    overlays = _overlays(result, policy) if policy.content_types else ()
    rule_for = partial(_rule_of, policy, overlays) if overlays else policy.rule_for
    if len(labels) > 1:
        labels = without_repeated_labels(labels)
    if len(labels) > 1:
        decided, matched = _worst(labels, rule_for)
    else:
        label = labels[0]
        rule, confidence = rule_for(label), label.confidence
        decision = rule.decide(confidence)
        decided = Verdict(decision, rule.name, (label.name,), confidence)
        matched = [(rule, confidence, decision)]
    if len(overlays) > 1:  # several rules may match one label
        matched = [
            (rule, label.confidence, rule.decide(label.confidence))
            for label in sorted(labels, key=_CONFIDENCE, reverse=True)
            for rule in _rules_of(policy, overlays, label)
        ]
    return decided, matched


def verdicts(results: Iterable[ImageResult], policy: Policy) -> list[Verdict]:
    """Decide about each image. Most images have no label, so that case is inlined here for speed."""
    return [verdict(result, policy) if result.detection.moderation_labels else ALLOWED for result in results]


def _overlays(result: ImageResult, policy: Policy) -> tuple[Mapping[str, Rule], ...]:
    confidence_of = {kind.name: kind.confidence for kind in result.detection.content_types}
    return tuple(
        content.rules
        for content in policy.content_types
        if confidence_of.get(content.content_type, -1.0) >= content.min_confidence
    )


def _rules_of(policy: Policy, overlays: tuple[Mapping[str, Rule], ...], label: ModerationLabel) -> list[Rule]:
    """Return the equally specific rules for a label of an image of these content types."""
    return _most_specific(label, overlays) or [policy.rule_for(label)]


def _rule_of(policy: Policy, overlays: tuple[Mapping[str, Rule], ...], label: ModerationLabel) -> Rule:
    """Return the rule that wins for a label. The more severe rule wins, and the name breaks a tie."""
    rules = _rules_of(policy, overlays, label)
    return max(rules, key=lambda rule: (rule.decide(label.confidence).severity, rule.name))


def _worst(
    labels: Sequence[ModerationLabel], rule_for: Callable[[ModerationLabel], Rule]
) -> tuple[Verdict, list[Match]]:
    """Decide about labels of which none only repeats another, and return the rule of each."""
    first, *others = sorted(labels, key=_CONFIDENCE, reverse=True)
    rule = rule_for(first)
    worst = rule.decide(first.confidence)
    causes = [first]
    matched = [(rule, first.confidence, worst)]
    for label in others:
        another = rule_for(label)
        decision = another.decide(label.confidence)
        matched.append((another, label.confidence, decision))
        if decision is worst and another.name == rule.name:
            causes.append(label)
        elif decision.severity > worst.severity:
            worst, rule, causes = decision, another, [label]
    return Verdict(worst, rule.name, tuple([label.name for label in causes]), causes[0].confidence), matched
