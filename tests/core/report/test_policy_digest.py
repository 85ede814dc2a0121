import pytest

from airflow_provider_rekmedia.core.report.policy_digest import policy_digest
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

DOCUMENT = {
    "labels": {"Explicit": {"block": 80}, "Alcohol": "review"},
    "content_types": {"Animated": {"labels": {"Alcohol": "allow"}}, "Illustrated": {"labels": {}}},
}


def digest(**changes):
    return policy_digest(parse_policy(DOCUMENT | changes))


def test_the_name_and_the_order_of_rules_do_not_count():
    assert digest(name="x") == digest(labels={"Alcohol": "review", "Explicit": {"block": 80}}) == digest()
    assert len(digest()) == 16


@pytest.mark.parametrize(
    "change",
    [
        {"labels": {"Explicit": {"block": 81}, "Alcohol": "review"}},
        {"content_types": {}},
        {"content_types": {"Animated": {"min_confidence": 60, "labels": {"Alcohol": "allow"}}}},
        {"default": "block"},
        {"unknown_labels": "block"},
    ],
)
def test_a_policy_that_decides_otherwise_has_another_digest(change):
    assert digest(**change) != digest()
