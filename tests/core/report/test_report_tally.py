import pytest
from core.report.policies import images, policies
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.report.report_tally import DecidingRule, ReportTally
from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.verdicts.policy import verdicts
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

POLICY = parse_policy({"labels": {"Explicit": {"block": 80, "review": 50}, "Alcohol": "review"}})


def image(**confidences):
    labels = tuple(ModerationLabel(name, value) for name, value in confidences.items())
    return ImageResult("s3://photos/1.jpg", Detection(labels))


def tally_of(*results, failures=()):
    tally = ReportTally(POLICY)
    tally.judge(Outcomes(results, failures))
    return tally


@given(st.lists(images, max_size=12), policies)
def test_verdicts_are_those_of_the_policy(results, policy):
    assert ReportTally(policy).judge(Outcomes(results)) == verdicts(results, policy)


@given(st.lists(images, max_size=12), policies)
def test_each_image_has_exactly_one_deciding_rule(results, policy):
    tally = ReportTally(policy)
    decided = tally.judge(Outcomes(results))
    counted = {(group.rule, group.verdict): group.images for group in tally.deciding_rules}
    assert sum(counted.values()) == len(results)
    for verdict in decided:
        same = [
            other for other in decided if (other.rule, other.decision) == (verdict.rule, verdict.decision)
        ]
        assert counted[verdict.rule, verdict.decision] == len(same)


def test_an_image_counts_once_for_each_rule_with_its_highest_confidence():
    tally = tally_of(image(Explicit=70, Nudity=20, Alcohol=91.5))
    explicit = next(histogram for histogram in tally.histograms if histogram.rule == "Explicit")
    alcohol = next(histogram for histogram in tally.histograms if histogram.rule == "Alcohol")
    assert (explicit.others_review[70], explicit.images) == (1, 1)
    assert (alcohol.others_review[91], alcohol.images) == (1, 1)


def test_a_tally_of_several_parts_counts_them_together():
    tally = ReportTally(POLICY)
    for _ in range(3):
        tally.judge(Outcomes([image(), image(Explicit=90)]))
    assert tally.deciding_rules == (
        DecidingRule("", Decision.ALLOW, 3),
        DecidingRule("Explicit", Decision.BLOCK, 3),
    )


def test_rules_without_images_are_named():
    assert tally_of(image(Explicit=90)).unused_rules == ("Alcohol",)
    content = {"content_types": {"Animated": {"labels": {"Alcohol": "block"}}}}
    assert ReportTally(parse_policy(content)).unused_rules == ("Animated: Alcohol",)


def test_failures_are_grouped_by_code_with_the_first_message():
    failures = [ImageFailure("s3://b/1", "X", "first"), ImageFailure(None, "X", "second", lines=3)]
    (found,) = tally_of(failures=failures).failures
    assert (found.code, found.images, found.message) == ("X", 4, "first")


@pytest.mark.parametrize("length", [1, 10_000])
def test_many_or_long_failure_codes_are_merged(length):
    failures = [ImageFailure(None, str(number) * length, "m") for number in range(200)]
    found = tally_of(failures=failures).failures
    assert len(found) <= 41
    assert sum(failure.images for failure in found) == 200
    assert max(len(failure.code) for failure in found) <= 100
