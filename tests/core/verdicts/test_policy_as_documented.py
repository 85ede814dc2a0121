"""docs/reference/policy.md, "How an image is judged", written directly and compared with our code."""

import json

from core.truth import GOLDEN
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.results.image_result import (
    ContentType,
    Detection,
    ImageResult,
    ModerationLabel,
)
from airflow_provider_rekmedia.core.verdicts.policy import verdict
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.verdict import ALLOWED, Verdict

SEVERITY = {"allow": 0, "review": 1, "block": 2}
TREE = json.loads((GOLDEN / "taxonomy_v7.json").read_text())
PARENTS = dict.fromkeys(TREE, "")
for top, seconds in TREE.items():
    for second, thirds in seconds.items():
        PARENTS |= {second: top, **dict.fromkeys(thirds, second)}


def ancestors(label):
    """The ancestors of a label: from the parent in the response, by the taxonomy."""
    above = label.parent_name or PARENTS.get(label.name, "")
    while above:
        yield above
        above = PARENTS.get(above, "")


def is_acyclic(name, labels, below=()):
    """Whether no path of parents from a label is a cycle."""
    return name not in below and all(
        is_acyclic(above, labels, (*below, name))
        for label in labels
        if label.name == name
        for above in ancestors(label)
    )


def is_left_out(label, labels):
    return any(
        label.name in ancestors(other)
        and label.confidence <= other.confidence
        and is_acyclic(other.name, labels)
        for other in labels
    )


def decide(rule, confidence):
    if isinstance(rule, str):
        return rule
    over = [word for word in ("block", "review") if word in rule and confidence >= rule[word]]
    return over[0] if over else "allow"


def ruling(label, kinds, document):
    """The decision about a label, and the name of the rule."""
    found = {each.name: each.confidence for each in kinds}
    of_kinds = {
        f"{kind}: ": each["labels"]
        for kind, each in document["content_types"].items()
        if kind in found and found[kind] >= each["min_confidence"]
    }
    for every in (of_kinds, {"": document["labels"]}):
        for name in (label.name, *ancestors(label)):
            decided = [
                (decide(rules[name], label.confidence), prefix + name)
                for prefix, rules in every.items()
                if name in rules
            ]
            if decided:  # of two equal decisions, our code names the last rule by name
                return max(decided, key=lambda each: (SEVERITY[each[0]], each[1]))
    is_known = label.name in PARENTS or label.parent_name in PARENTS
    word = "default" if is_known else "unknown_labels"
    return document[word], word


def expected(image, document):
    labels = image.detection.moderation_labels
    if not labels:
        return ALLOWED
    left = [label for label in labels if not is_left_out(label, labels)]
    left.sort(key=lambda label: -label.confidence)
    judged = [(*ruling(label, image.detection.content_types, document), label) for label in left]
    worst = max(SEVERITY[decision] for decision, _, _ in judged)
    decided, rule, first = next(each for each in judged if SEVERITY[each[0]] == worst)
    causes = tuple(label.name for decision, name, label in judged if (decision, name) == (decided, rule))
    return Verdict(decided, rule, causes, first.confidence)


#: Few names and numbers, so that they often match: labels of two branches, and unknown ones.
DRUGS = ["Drugs & Tobacco", "Drugs & Tobacco Paraphernalia & Use", "Smoking", "Products", "Pills"]
KNOWN = st.sampled_from([*DRUGS, "Alcohol", "Drinking"])
PCT = st.sampled_from([0, 30, 50, 50.5, 80, 100])
DECISION = st.sampled_from(list(SEVERITY))
as_listed = KNOWN.map(lambda name: (name, PARENTS[name]))
unusual = st.tuples(KNOWN | st.sampled_from(["New", "Newer"]), KNOWN | st.sampled_from(["", "New", "Newer"]))
labels = st.lists(
    st.builds(
        lambda named, confidence: ModerationLabel(name=named[0], confidence=confidence, parent_name=named[1]),
        as_listed | unusual,
        PCT,
    ),
    max_size=6,
)
kinds = st.dictionaries(st.sampled_from(["Animated", "Illustrated", "Photograph"]), PCT).map(
    lambda found: tuple(ContentType(name=name, confidence=confidence) for name, confidence in found.items())
)
thresholds = (
    st.fixed_dictionaries({}, optional={"block": PCT, "review": PCT})
    .filter(bool)
    .filter(lambda rule: rule.get("review", -1) < rule.get("block", 101))
)
rules = st.dictionaries(KNOWN, DECISION | thresholds, max_size=5)
documents = st.fixed_dictionaries(
    {
        "labels": rules.filter(bool),
        "content_types": st.dictionaries(
            st.sampled_from(["Animated", "Illustrated"]),
            st.fixed_dictionaries({"min_confidence": PCT, "labels": rules}),
        ),
        "default": DECISION,
        "unknown_labels": DECISION,
    }
)


@settings(max_examples=500)
@given(labels, kinds, documents)
def test_a_verdict_equals_the_result_of_the_documented_steps(labels, kinds, document):
    image = ImageResult("s3://b/k.jpg", Detection(tuple(labels), content_types=kinds))
    assert verdict(image, parse_policy(document)) == expected(image, document)
