import pytest

from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL
from airflow_provider_rekmedia.core.verdicts.policy_digest import policy_digest
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

DOCUMENT = {
    "name": "shop",
    "labels": {"Pills": {"block": 80}, "Alcohol": "review"},
    "content_types": {
        "Animated": {"min_confidence": 60, "labels": {"Pills": "allow"}},
        "Illustrated": {"labels": {"Pills": "review"}},
    },
}
DIGEST = policy_digest(parse_policy(DOCUMENT))


def test_a_digest_is_the_same_in_every_process_and_release():
    assert policy_digest(ANY_LABEL) == "6ca26c9593e84f17"
    assert DIGEST == "08c5e7477481d69a"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "other"},
        {"labels": {"Alcohol": {"review": 0}, "Pills": {"block": "80.0"}}},
        {"content_types": dict(reversed(DOCUMENT["content_types"].items()))},
        {"default": "allow", "unknown_labels": "review", "not_analyzed": "review"},
    ],
)
def test_what_does_not_change_a_verdict_does_not_change_the_digest(changes):
    assert policy_digest(parse_policy(DOCUMENT | changes)) == DIGEST


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": {"Pills": {"block": 81}, "Alcohol": "review"}},
        {"labels": {"Pills": {"review": 80}, "Alcohol": "review"}},
        {"labels": {"Pills": {"block": 80}}},
        {"content_types": {}},
        {"content_types": {"Animated": {"min_confidence": 61, "labels": {"Pills": "allow"}}}},
        {"default": "block"},
        {"unknown_labels": "block"},
        {"not_analyzed": "block"},
    ],
)
def test_what_changes_a_verdict_changes_the_digest(changes):
    assert policy_digest(parse_policy(DOCUMENT | changes)) != DIGEST
