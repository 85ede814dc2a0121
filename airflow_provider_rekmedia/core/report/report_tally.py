"""
Counts what the report needs of each image, beside :class:`core.verdicts.tally.Tally`.

Memory grows with the rules of the policy and with a limited number of failure codes, not with the images.
"""

from collections.abc import Callable, Iterable
from functools import partial
from operator import add
from typing import Annotated, Final

import msgspec

from airflow_provider_rekmedia.core.results.image_result import ImageResult
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.verdicts.policy import Match, Policy, Rule, judge
from airflow_provider_rekmedia.core.verdicts.verdict import ALLOWED, Decision, Verdict

from .failures import OTHER_CODES, FailureCount, describe_failure
from .rule_histogram import PERCENTS, RuleHistogram, bin_of, edges_of

__all__ = ["DecidingRule", "ReportTally"]

#: Failure codes are untrusted, so their number and length have limits.
_MAX_CODES: Final = 40
_MAX_CODE_CHARS: Final = 100
_MILDEST: Final = Decision.ALLOW.severity


class DecidingRule(msgspec.Struct, frozen=True):
    """
    Images by the rule that decided about them. Each analyzed image is in exactly one of these groups.

    :param rule: The rule as in a verdict; ``""`` for images without labels.
    :param verdict: What the rule decided.
    """

    rule: str
    verdict: Decision
    images: Annotated[int, msgspec.Meta(ge=0)]


class _Bins:
    """
    The growing histogram of one rule.

    :param rule: The rule; all rules of one policy have different names.
    """

    __slots__ = ("alone", "bin_of", "decided_with_others", "edges", "images_by_others", "rule")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.edges = edges_of(rule)
        #: Returns the bin of a confidence. Whole percents need no search.
        self.bin_of: Callable[[float], int] = int if self.edges is PERCENTS else partial(bin_of, self.edges)
        #: Images that no other rule matches: most images. The rule decided about them, by its thresholds.
        self.alone = [0] * len(self.edges)
        #: The other images, by the severity of the verdict that the other rules give.
        self.images_by_others = [[0] * len(self.edges) for _ in Decision]
        #: Those of them that this rule decided about, by severity of the verdict.
        self.decided_with_others = [0] * len(Decision)

    def decided(self, verdict: Decision) -> int:
        """Return how many images this rule decided about, with this verdict."""
        # Each threshold is an edge, so all images of a bin have the same verdict.
        alone = (
            images
            for edge, images in zip(self.edges, self.alone, strict=True)
            if images and self.rule.decide(edge) is verdict
        )
        return self.decided_with_others[verdict.severity] + sum(alone)

    def histogram(self) -> RuleHistogram:
        """Return the histogram of all images that the rule matches."""
        allow, review, block = self.images_by_others
        return RuleHistogram(
            rule=self.rule.name,
            block=self.rule.block,
            review=self.rule.review,
            edges=self.edges,
            others_allow=tuple(map(add, allow, self.alone)),
            others_review=tuple(review),
            others_block=tuple(block),
        )


class ReportTally:
    """
    Counts the images of one or more jobs for the report.

    :param policy: The policy of the verdicts.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._bins: dict[str, _Bins] = {}
        self._images = 0
        self._failures: dict[str, FailureCount] = {}

    def judge(self, outcomes: Outcomes) -> list[Verdict]:
        """
        Decide about a part of a job's images, and count them.

        Verdicts and counts are one step because both need the rules that match an image.

        :return: One verdict for each result, in the same order; the same as of :func:`policy.verdicts`.
        """
        decided = [
            self._judge(result) if result.detection.moderation_labels else ALLOWED
            for result in outcomes.results
        ]
        for failure in outcomes.failures:
            self._add_failure(failure)
        self._images += len(decided)
        return decided

    def _judge(self, result: ImageResult) -> Verdict:
        verdict, matches = judge(result, self._policy)
        rule, confidence, _ = matches[0]
        if len(matches) > 1:
            highest = {rule.name: matches[0]}
            for match in matches:  # in descending order of confidence
                highest.setdefault(match[0].name, match)
            if len(highest) > 1:
                self._add_rules(highest.values())
                self._bins[verdict.rule].decided_with_others[verdict.decision.severity] += 1
                return verdict
        bins = self._bins.get(rule.name) or self._bins_of(rule)
        bins.alone[bins.bin_of(confidence)] += 1
        return verdict

    def _add_rules(self, matches: Iterable[Match]) -> None:
        """Count an image for each of at least two rules."""
        second = worst = _MILDEST
        for _, _, decision in matches:
            if decision.severity > worst:
                second, worst = worst, decision.severity
            elif decision.severity > second:
                second = decision.severity
        for rule, confidence, decision in matches:
            bins = self._bins.get(rule.name) or self._bins_of(rule)
            others = second if decision.severity == worst else worst
            bins.images_by_others[others][bins.bin_of(confidence)] += 1

    def _bins_of(self, rule: Rule) -> "_Bins":
        self._bins[rule.name] = bins = _Bins(rule)
        return bins

    def _add_failure(self, failure: ImageFailure) -> None:
        code = failure.code[:_MAX_CODE_CHARS]
        if code not in self._failures and len(self._failures) >= _MAX_CODES:
            code = OTHER_CODES
        known = self._failures.get(code)
        if known is None:
            known = describe_failure(code, failure.message)
        self._failures[code] = msgspec.structs.replace(known, images=known.images + failure.lines)

    @property
    def histograms(self) -> tuple[RuleHistogram, ...]:
        """The rules that matched an image, with the most images first."""
        made = [bins.histogram() for bins in self._bins.values()]
        return tuple(sorted(made, key=lambda histogram: (-histogram.images, histogram.rule)))

    @property
    def deciding_rules(self) -> tuple[DecidingRule, ...]:
        """Images by the rule that decided and its verdict, with the most images first."""
        groups = [
            DecidingRule(name, verdict, bins.decided(verdict))
            for name, bins in self._bins.items()
            for verdict in Decision
        ]
        with_labels = sum(group.images for group in groups)
        groups.append(DecidingRule("", Decision.ALLOW, self._images - with_labels))
        groups.sort(key=lambda group: (-group.images, group.rule, group.verdict))
        return tuple(group for group in groups if group.images)

    @property
    def failures(self) -> tuple[FailureCount, ...]:
        """Failures by code, with the most images first."""
        return tuple(sorted(self._failures.values(), key=lambda failure: (-failure.images, failure.code)))

    @property
    def unused_rules(self) -> tuple[str, ...]:
        """Rules of the policy that matched no image."""
        return tuple(name for name in _rule_names(self._policy) if name not in self._bins)


def _rule_names(policy: Policy) -> Iterable[str]:
    yield from (rule.name for rule in policy.rules.values())
    for content in policy.content_types:
        yield from (rule.name for rule in content.rules.values())
