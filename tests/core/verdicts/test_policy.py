from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.results.image_result import (
    ContentType,
    Detection,
    ImageResult,
    ModerationLabel,
)
from airflow_provider_rekmedia.core.taxonomy import PARENT_OF
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL, Policy, Rule, verdict, verdicts
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.verdict import ALLOWED, Decision, Verdict

ALLOW, REVIEW, BLOCK = Decision


def image(*labels, kinds=()):
    """An image with labels as (name, confidence) or (name, confidence, parent), in that order."""
    found = tuple(
        ModerationLabel(
            name=name, confidence=confidence, parent_name=parent[0] if parent else PARENT_OF.get(name, "")
        )
        for name, confidence, *parent in labels
    )
    content = tuple(ContentType(name=name, confidence=confidence) for name, confidence in kinds)
    return ImageResult("s3://b/k.jpg", Detection(found, content_types=content))


# AWS's documented answer: https://docs.aws.amazon.com/rekognition/latest/dg/procedure-moderate-images.html
SMOKING = image(("Smoking", 99.4), ("Drugs & Tobacco Paraphernalia & Use", 99.4), ("Drugs & Tobacco", 99.4))


def judged(labels, *images, **more):
    policy = parse_policy({"labels": labels, **more})
    return [verdict(each, policy) for each in images]


def test_an_image_without_labels_is_allowed_by_any_policy():
    assert judged({"Explicit": "block"}, image(), default="block") == [ALLOWED]


def test_untrusted_names_do_not_fill_the_memory():
    policy = Policy(default=BLOCK)
    for number in range(10_001):
        assert verdict(image((f"Label {number}", 60)), policy).decision is REVIEW
    assert len(policy._cache) <= 10_000


def test_many_images_are_judged_like_each_alone():
    images = [SMOKING, image(), image(("Alcohol", 60))]
    assert verdicts(images, ANY_LABEL) == [verdict(each, ANY_LABEL) for each in images]


def test_without_a_policy_every_label_is_reviewed():
    assert verdict(image(("Alcohol", 1)), ANY_LABEL).decision is REVIEW
    assert verdict(image(), ANY_LABEL).decision is ALLOW


@pytest.mark.parametrize(
    ("confidence", "decision"), [(79.9, ALLOW), (80, REVIEW), (94.9, REVIEW), (95, BLOCK)]
)
def test_thresholds_are_inclusive(confidence, decision):
    (found,) = judged({"Violence": {"review": 80, "block": 95}}, image(("Violence", confidence)))
    assert found.decision is decision


def test_a_rule_for_a_parent_covers_the_labels_below_it():
    (found,) = judged({"Drugs & Tobacco": {"block": 90}}, SMOKING)
    assert found == Verdict(BLOCK, "Drugs & Tobacco", ("Smoking",), 99.4)


def test_the_most_specific_rule_wins():
    (found,) = judged({"Drugs & Tobacco": "block", "Smoking": "allow"}, SMOKING)
    assert found.decision is ALLOW
    assert found.rule == "Smoking"


def test_a_parent_with_higher_confidence_than_its_children_is_judged():
    mixed = image(("Smoking", 60), ("Drugs & Tobacco Paraphernalia & Use", 95), ("Drugs & Tobacco", 95))
    (found,) = judged({"Drugs & Tobacco": {"block": 90}, "Smoking": "allow"}, mixed)
    assert (found.decision, found.labels) == (BLOCK, ("Drugs & Tobacco Paraphernalia & Use",))


def test_the_worst_label_decides_and_all_its_causes_are_listed_by_confidence():
    several = image(("Pills", 91), ("Alcohol", 99), ("Smoking", 95))
    (found,) = judged({"Drugs & Tobacco": {"block": 90}, "Alcohol": "review"}, several)
    assert found == Verdict(BLOCK, "Drugs & Tobacco", ("Smoking", "Pills"), 95)


def test_the_order_of_the_labels_changes_nothing():
    labels = [("Pills", 91), ("Alcohol", 99), ("Smoking", 95), ("Drugs & Tobacco", 95)]
    verdicts = judged({"Drugs & Tobacco": {"block": 90}}, *(image(*each) for each in permutations(labels)))
    assert len(set(verdicts)) == 1


def test_an_unknown_label_is_judged_by_the_rule_of_its_parent():
    new = image(("Vaping Device", 90, "Drugs & Tobacco Paraphernalia & Use"))
    below_new = image(("Vaping Device Brand", 90, "Vaping Device"))
    by_parent, unknown = judged({"Drugs & Tobacco": "block"}, new, below_new, unknown_labels="review")
    assert (by_parent.decision, by_parent.rule) == (BLOCK, "Drugs & Tobacco")
    assert (unknown.decision, unknown.rule) == (REVIEW, "unknown_labels")


def test_an_unknown_label_below_a_known_one_has_the_default_verdict():
    new = image(("Vaping Device", 90, "Drugs & Tobacco Paraphernalia & Use"))
    (found,) = judged({"Explicit": "block"}, new, default="allow", unknown_labels="block")
    assert (found.decision, found.rule) == (ALLOW, "default")


@pytest.mark.parametrize("decision", list(Decision))
def test_a_known_label_without_a_rule_has_the_default_verdict(decision):
    (found,) = judged({"Explicit": "block"}, image(("Alcohol", 70)), default=decision.value)
    assert (found.decision, found.rule) == (decision, "default")


def test_rules_for_a_content_type_come_before_the_others():
    drawn = image(("Violence", 90), ("Explicit", 85), kinds=[("Animated", 80)])
    rules = {"Violence": "block", "Explicit": "review"}
    kinds = {"Animated": {"min_confidence": 75, "labels": {"Violence": "allow"}}}
    (found,) = judged(rules, drawn, content_types=kinds)
    assert (found.decision, found.rule) == (REVIEW, "Explicit")
    kinds["Animated"]["min_confidence"] = 81
    (found,) = judged(rules, drawn, content_types=kinds)
    assert found.rule == "Violence"
    (found,) = judged({}, image(("Violence", 9), kinds=[("Animated", 99)]), content_types=kinds)
    assert (found.decision, found.rule) == (ALLOW, "Animated: Violence")


def test_a_content_types_confidence_is_inclusive():
    kinds = {"Animated": {"min_confidence": 80, "labels": {"Violence": "allow"}}}
    drawn = [image(("Violence", 90), kinds=[("Animated", confidence)]) for confidence in (79.9, 80)]
    found = judged({"Violence": "block"}, *drawn, content_types=kinds)
    assert [each.decision for each in found] == [BLOCK, ALLOW]


KINDS = {
    "Animated": {"labels": {"Violence": "allow", "Weapons": {"block": 90}, "Explicit": "review"}},
    "Illustrated": {"labels": {"Violence": {"block": 80}, "Explicit": "block"}},
}


@pytest.mark.parametrize("order", [["Animated", "Illustrated"], ["Illustrated", "Animated"]])
@pytest.mark.parametrize(
    ("label", "decision", "rule"),
    [
        (("Weapons", 85), ALLOW, "Animated: Weapons"),  # more specific than Illustrated's rule on Violence
        (("Weapons", 95), BLOCK, "Animated: Weapons"),
        (("Violence", 85), BLOCK, "Illustrated: Violence"),  # equally specific: the more severe
        (("Explicit", 60), BLOCK, "Illustrated: Explicit"),
    ],
)
def test_of_two_content_types_the_more_specific_then_the_more_severe_rule_wins(order, label, decision, rule):
    both = image(label, kinds=[("Illustrated", 90), ("Animated", 95)])
    (found,) = judged({"Violence": "block"}, both, content_types={name: KINDS[name] for name in order})
    assert (found.decision, found.rule) == (decision, rule)


def test_only_labels_of_the_rule_that_decided_are_its_causes():
    several = image(("Alcohol", 99), ("Pills", 91), ("Drinking", 50))
    (found,) = judged({"Pills": "review", "Alcohol": "review"}, several)
    assert found == Verdict(REVIEW, "Alcohol", ("Alcohol", "Drinking"), 99)


@pytest.mark.parametrize("others", [(), (("Alcohol", 50),), (("Smoking", 50), ("Alcohol", 95))])
@pytest.mark.parametrize(
    "cyclic",
    [
        [("Pills", 90, "Pills")],
        [("Explicit", 90, "Explicit Nudity")],
        [("A", 90, "B"), ("B", 90, "A")],
        [("A", 90, "B"), ("B", 90, "C"), ("C", 90, "A")],
        [("A", 80, "B"), ("B", 90, "A")],
        [("New", 90, "A"), ("A", 90, "A")],
    ],
)
def test_labels_with_a_cycle_of_parents_are_all_judged(cyclic, others):
    policy = Policy(
        {"Alcohol": Rule("Alcohol"), "Smoking": Rule("Smoking")}, default=BLOCK, unknown_labels=BLOCK
    )
    for order in permutations([*cyclic, *others]):
        found = verdict(image(*order), policy)
        assert found.decision is BLOCK
        assert sorted(found.labels) == sorted(name for name, _, _ in cyclic)


def test_a_cycle_of_parents_does_not_affect_other_labels():
    (found,) = judged(
        {"Drugs & Tobacco": "block", "Smoking": "allow"},
        image(("A", 90, "A"), ("Smoking", 99), ("Drugs & Tobacco", 99)),
        unknown_labels="review",
    )
    assert (found.decision, found.labels) == (REVIEW, ("A",))


def test_a_line_of_many_unknown_labels_is_judged_in_linear_time():
    many = [(f"L{number}", 90, f"L{number + 1}") for number in range(100_000)]
    assert verdict(image(*many), ANY_LABEL).labels == ("L0",)
    assert len(verdict(image(*many, ("L100000", 90, "L0")), ANY_LABEL).labels) == 100_001


labels = st.lists(
    st.tuples(
        st.sampled_from([*PARENT_OF, "New", "Newer"]),
        st.floats(0, 100),
        st.sampled_from([*PARENT_OF, "", "New"]),
    ),
    max_size=6,
)
rules = st.dictionaries(
    st.sampled_from(list(PARENT_OF)),
    st.builds(Rule, st.text(max_size=3), st.none() | st.floats(0, 100), st.none() | st.floats(0, 100)),
    max_size=5,
)


@given(labels, rules, st.sampled_from(Decision), st.sampled_from(Decision))
def test_the_labels_of_a_verdict_are_labels_of_the_image(found, rules, default, unknown):
    judged = verdict(image(*found), Policy(rules, default=default, unknown_labels=unknown))
    assert set(judged.labels) <= {name for name, _, _ in found}
    assert bool(judged.labels) == bool(found)
