"""Policies: a document is a policy or is refused, and a higher confidence never makes a verdict milder."""

import json

from fuzz.strict_json import member

from airflow_provider_rekmedia.adapters.results.policy_yaml import read_policy_yaml
from airflow_provider_rekmedia.core.errors import InvalidPolicy
from airflow_provider_rekmedia.core.results.image_result import (
    ContentType,
    Detection,
    ImageResult,
    ModerationLabel,
)
from airflow_provider_rekmedia.core.taxonomy import ancestors_of
from airflow_provider_rekmedia.core.verdicts.policy import verdict
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

SCENE = {
    "policy": {
        "name": "nightly",
        "default": "allow",
        "unknown_labels": "review",
        "labels": {"Violence": {"block": 80, "review": 40}, "Products": "review", "Pills": {"block": 95.5}},
        "content_types": {"Illustrated": {"min_confidence": 60, "labels": {"Violence": "allow"}}},
    },
    "labels": [
        {"Name": "Violence", "Confidence": 99, "ParentName": ""},
        {"Name": "Products", "Confidence": 70, "ParentName": "Drugs & Tobacco"},
        {"Name": "Pills", "Confidence": 70, "ParentName": "Products"},
        {"Name": "New label", "Confidence": 50.5, "ParentName": "Another new label"},
    ],
    "kinds": [{"Name": "Illustrated", "Confidence": 60}],
}
WORDS = [
    *(
        "Violence",
        "Graphic Violence",
        "Pills",
        "Products",
        "Drugs & Tobacco",
        "Drugs & Tobacco Paraphernalia & Use",
    ),
    *("Animated", "Illustrated", "allow", "review", "block", "default", "labels", "not_analyzed"),
    *("99", "1e2", "nan", "inf", "0x10", "1_0", {"block": 50}, {"review": "10"}),
]


def check(scene):
    tree = scene["policy"]
    policy = _parsed(tree)
    texts = _as_texts(tree)
    assert _parsed(texts) == _from_yaml(json.dumps(texts).encode())
    _from_yaml(json.dumps(tree).encode())
    if policy is None:
        assert tree != SCENE["policy"]
        return
    labels = [_label(item) for item in scene["labels"] if isinstance(item, dict)]
    kinds = [
        ContentType(_text(item, "Name"), _percent(item)) for item in scene["kinds"] if isinstance(item, dict)
    ]
    decision = _decide(policy, labels, kinds)
    assert _decide(policy, labels[::-1], kinds) is decision
    names = {label.name for label in labels}
    for number, label in enumerate(labels):
        # A label that rises above its parent explains it away: the rule of the label replaces the parent's.
        if names.isdisjoint(ancestors_of(label.name, label.parent_name)) or len(labels) == 1:
            raised = ModerationLabel(label.name, (label.confidence + 100) / 2, label.parent_name)
            others = [*labels[:number], raised, *labels[number + 1 :]]
            assert _decide(policy, others, kinds).severity >= decision.severity


def _decide(policy, labels, kinds):
    result = ImageResult("s3://photos/1.jpg", Detection(tuple(labels), content_types=tuple(kinds)))
    decided = verdict(result, policy)
    assert set(decided.labels) <= {label.name for label in labels}
    assert bool(decided.labels) == bool(labels)
    assert not labels or decided.confidence in {label.confidence for label in labels}
    return decided.decision


def _parsed(tree):
    try:
        return parse_policy(tree)
    except InvalidPolicy:
        return None


def _from_yaml(body):
    try:
        return parse_policy(read_policy_yaml(body, "policy.yaml"))
    except InvalidPolicy:
        return None


def _as_texts(value):
    """Write each scalar as the text that YAML has for it; null stays null."""
    if isinstance(value, dict):
        return {name: _as_texts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_texts(item) for item in value]
    return value if value is None else str(value)


def _label(item):
    return ModerationLabel(_text(item, "Name"), _percent(item), _text(item, "ParentName"))


def _text(item, name):
    return member(item, name, str) or ""


def _percent(item):
    return min(max(member(item, "Confidence", int | float) or 0, 0), 100)
