from dataclasses import replace

import msgspec
import pytest
from core.report.policies import images, percents, policies
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.report.report_tally import ReportTally
from airflow_provider_rekmedia.core.report.rule_histogram import (
    PERCENTS,
    RuleHistogram,
    VerdictCounts,
    bin_of,
    edges_of,
    what_if,
)
from airflow_provider_rekmedia.core.results.image_result import (
    ContentType,
    Detection,
    ImageResult,
    ModerationLabel,
)
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.verdicts.policy import Policy, Rule, verdicts
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy


def counts_of(results, policy):
    found = [verdict.decision.value for verdict in verdicts(results, policy)]
    return VerdictCounts(*(found.count(word) for word in ("allow", "review", "block")))


def with_thresholds(policy, name, block, review):
    """The policy, with other thresholds for the rule of this name only."""

    def changed(rules):
        return {
            label: Rule(name, block, review) if rule.name == name else rule for label, rule in rules.items()
        }

    contents = tuple(replace(content, rules=changed(content.rules)) for content in policy.content_types)
    return replace(policy, rules=changed(policy.rules), content_types=contents)


@given(st.lists(images, max_size=12), policies, st.data())
def test_counts_equal_those_of_a_policy_with_the_other_thresholds(results, policy, data):
    tally = ReportTally(policy)
    tally.judge(Outcomes(results))
    current = counts_of(results, policy)
    for histogram in tally.histograms:
        if histogram.rule in ("default", "unknown_labels"):
            continue  # a policy document has no thresholds for them
        choices = st.none() | st.sampled_from(histogram.edges)
        block, review = data.draw(choices), data.draw(choices)
        changed = with_thresholds(policy, histogram.rule, block, review)
        assert what_if(histogram, current, block=block, review=review) == counts_of(results, changed)


def test_two_content_types_with_a_rule_for_one_label_both_count():
    kinds = {
        "Animated": {"labels": {"Alcohol": {"block": 90, "review": 40}}},
        "Illustrated": {"labels": {"Alcohol": {"block": 70}}},
    }
    policy = parse_policy({"content_types": kinds})
    types = (ContentType("Animated", 80), ContentType("Illustrated", 80))
    result = ImageResult("s3://b/k", Detection((ModerationLabel("Alcohol", 75),), "7.0", types))
    tally = ReportTally(policy)
    tally.judge(Outcomes([result]))
    animated, illustrated = tally.histograms
    assert (animated.rule, animated.others_block[75]) == ("Animated: Alcohol", 1)
    assert (illustrated.rule, illustrated.others_review[75]) == ("Illustrated: Alcohol", 1)
    without = what_if(illustrated, VerdictCounts(0, 0, 1), block=None, review=None)
    assert without == VerdictCounts(0, 1, 0)


@given(st.lists(images, max_size=12), st.none() | percents, st.none() | percents)
def test_counts_of_the_default_rule_are_exact_too(results, block, review):
    tally = ReportTally(Policy())
    tally.judge(Outcomes(results))
    current = counts_of(results, Policy())
    rules = dict.fromkeys(["Explicit", "Alcohol"], Rule("default", block, review))
    for histogram in tally.histograms:
        if histogram.rule == "default" and {block, review} <= {None, *PERCENTS}:
            expected = counts_of(results, Policy(rules))
            assert what_if(histogram, current, block=block, review=review) == expected


@given(st.floats(0, 100), st.none() | percents, st.none() | percents)
def test_a_bin_has_the_confidences_from_its_edge_up_to_the_next(confidence, block, review):
    edges = edges_of(Rule("x", block, review))
    place = bin_of(edges, confidence)
    assert edges[place] <= confidence
    assert place + 1 == len(edges) or confidence < edges[place + 1]
    assert {threshold for threshold in (block, review) if threshold is not None} <= set(edges)


@pytest.mark.parametrize(
    "change",
    [
        {"edges": PERCENTS[::-1]},
        {"edges": PERCENTS[1:]},
        {"edges": (*PERCENTS[1:], 100.5)},
        {"others_allow": (1,)},
        {"others_block": (0,) * 102},
    ],
)
def test_lists_that_do_not_belong_together_are_damage(change):
    whole = {"rule": "x", "block": 80, "review": None, "edges": PERCENTS}
    whole |= dict.fromkeys(("others_allow", "others_review", "others_block"), (0,) * 101)
    assert msgspec.convert(whole, RuleHistogram).images == 0
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(whole | change, RuleHistogram)
