"""
Counts what the report needs of each image, beside :class:`core.verdicts.tally.Tally`.

Memory grows with the rules of the policy and with a limited number of failure codes, not with the images.
"""

from collections.abc import Iterable
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

    __slots__ = ("decided", "edges", "images_by_others", "rule")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.edges = edges_of(rule)
        #: By the severity of the verdict that the other rules give.
        self.images_by_others = [[0] * len(self.edges) for _ in Decision]
        #: Images that this rule decided about, by severity of the verdict.
        self.decided = [0] * len(Decision)

    def add(self, confidence: float, others: int) -> None:
        """Count an image, by the severity of the verdict of the other rules."""
        # Whole percents need no search.
        place = int(confidence) if self.edges is PERCENTS else bin_of(self.edges, confidence)
        self.images_by_others[others][place] += 1


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
        verdict, matched = judge(result, self._policy)
        if len(matched) == 1:  # most images: no other rule, so the others allow it
            rule, confidence, decision = matched[0]
            bins = self._bins.get(rule.name) or self._bins_of(rule)
            bins.add(confidence, _MILDEST)
            bins.decided[decision.severity] += 1
        else:
            self._add_rules(matched)
            self._bins[verdict.rule].decided[verdict.decision.severity] += 1
        return verdict

    def _add_rules(self, matched: Iterable[Match]) -> None:
        highest: dict[str, Match] = {}
        for match in matched:
            known = highest.get(match[0].name)
            if known is None or match[1] > known[1]:
                highest[match[0].name] = match
        *_, second, worst = sorted([_MILDEST, *[decision.severity for _, _, decision in highest.values()]])
        for name, (rule, confidence, decision) in highest.items():
            bins = self._bins.get(name) or self._bins_of(rule)
            bins.add(confidence, second if decision.severity == worst else worst)

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
        made = [_histogram(bins) for bins in self._bins.values()]
        return tuple(sorted(made, key=lambda histogram: (-histogram.images, histogram.rule)))

    @property
    def deciding_rules(self) -> tuple[DecidingRule, ...]:
        """Images by the rule that decided and its verdict, with the most images first."""
        groups = [
            DecidingRule(name, verdict, bins.decided[verdict.severity])
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


def _histogram(bins: _Bins) -> RuleHistogram:
    allow, review, block = map(tuple, bins.images_by_others)
    return RuleHistogram(
        rule=bins.rule.name,
        block=bins.rule.block,
        review=bins.rule.review,
        edges=bins.edges,
        others_allow=allow,
        others_review=review,
        others_block=block,
    )


def _rule_names(policy: Policy) -> Iterable[str]:
    yield from (rule.name for rule in policy.rules.values())
    for content in policy.content_types:
        yield from (rule.name for rule in content.rules.values())
