import pytest
import yaml

from airflow_provider_rekmedia.core.learning.policy_diff import (
    _lines,
    policy_diff,
    with_review_thresholds,
)
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

DOCUMENT = {
    "name": "no",
    "labels": {"Explicit": {"block": 80, "review": 55}, "Alcohol": "review", "Gambling": "block"},
    "content_types": {"Illustrated": {"min_confidence": 60, "labels": {"Violence": {"review": 50.5}}}},
}


def test_diff_shows_the_changed_threshold_in_its_rule():
    assert policy_diff(DOCUMENT, {"Explicit": 61.0}).splitlines()[3:] == [
        " labels:",
        "   Explicit:",
        "     block: 80",
        "-    review: 55",
        "+    review: 61",
        "   Alcohol: review",
        "   Gambling: block",
        " content_types:",
    ]


def test_changed_document_is_a_policy_with_these_thresholds():
    changed = with_review_thresholds(
        DOCUMENT, {"Alcohol": 62.0, "Illustrated: Violence": 58.5, "Unknown": 70.0}
    )
    policy = parse_policy(changed)
    assert policy.rules["Alcohol"].review == 62
    assert policy.rules["Explicit"] == parse_policy(DOCUMENT).rules["Explicit"]
    assert policy.content_types[0].rules["Violence"].review == 58.5
    assert policy.content_types[0].min_confidence == 60


@pytest.mark.parametrize("document", [DOCUMENT, {"content_types": {"Illustrated": {"min_confidence": 50}}}])
def test_lines_of_the_diff_are_yaml_of_the_document(document):
    assert policy_diff(document, {}) == ""
    assert yaml.safe_load("\n".join(_lines(document))) == document


def test_names_are_quoted_if_yaml_would_read_something_else():
    document = {"name": "a: b", "labels": {"Drugs & Tobacco": {"review": 50}, "on": {"review": 60}}}
    diff = policy_diff(document, {"on": 70.0})
    assert '   "Drugs & Tobacco":' in diff
    assert '   "on":' in diff
