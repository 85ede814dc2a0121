import pytest

from airflow_provider_rekmedia.core.verdicts.policy_names import is_policy_name, missing_policy_problem

NAMES = ("children", "marketplace", "social_network")


@pytest.mark.parametrize("policy", ["social_network", "Social-Network", "children"])
def test_one_word_is_a_name(policy):
    assert is_policy_name(policy)


@pytest.mark.parametrize("policy", ["policy.yaml", "./children", "a/b", "", "s3://b/k", None, {"labels": {}}])
def test_a_path_is_not_a_name(policy):
    assert not is_policy_name(policy)


def test_an_unknown_name_is_compared_with_the_known_names():
    assert missing_policy_problem("Social-Netwerk", NAMES) == (
        "no file and no ready-made policy has this name; did you mean 'social_network'? Known names are "
        "children, marketplace, social_network"
    )
    assert missing_policy_problem("zzz", NAMES).endswith(
        "; known names are children, marketplace, social_network"
    )


def test_a_missing_file_is_not_compared_with_names():
    assert missing_policy_problem("policies/children.yaml", NAMES) == "there is no such file"
