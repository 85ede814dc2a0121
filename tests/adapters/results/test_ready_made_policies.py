from importlib.resources import files

import pytest

from airflow_provider_rekmedia.adapters.results.local_policy import load_local_policy
from airflow_provider_rekmedia.adapters.results.policy_file import load_policy
from airflow_provider_rekmedia.adapters.results.ready_made_policies import (
    iter_ready_made_policies,
    read_ready_made_policy,
    ready_made_names,
)
from airflow_provider_rekmedia.core.errors import PolicyMissing

NAMES = ["children", "marketplace", "social_network"]


def test_the_names_are_those_of_the_files_that_the_package_ships():
    assert ready_made_names() == NAMES
    assert [policy.name for policy in iter_ready_made_policies()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_name_loads_the_policy(stage, name):
    policy = load_policy(name, stage.objects)
    assert policy.name == name.replace("_", "-")


@pytest.mark.parametrize(("name", "lowest"), [("social_network", 50), ("marketplace", 40), ("children", 30)])
def test_a_policy_names_the_confidence_of_its_lowest_threshold(name, lowest):
    policy = load_local_policy(name)
    every = [policy.rules, *(content_type.rules for content_type in policy.content_types)]
    levels = [level for rules in every for rule in rules.values() for level in (rule.block, rule.review)]
    assert min(filter(None, levels)) == lowest  # 0 is of a word, which holds for any confidence
    # Below the service's own 50 the job has to ask for it.
    assert (f"min_confidence={lowest}" in read_ready_made_policy(name).decode()) is (lowest < 50)


def test_a_summary_is_one_sentence():
    assert [policy.summary for policy in iter_ready_made_policies()] == [
        "An app for children.",
        "A marketplace for goods.",
        "A social network for adults.",
    ]


@pytest.mark.parametrize("load", [read_ready_made_policy, load_local_policy])
def test_an_unknown_name_lists_the_names(load):
    with pytest.raises(PolicyMissing, match="children, marketplace, social_network"):
        load("social_netwrk")


def test_a_name_comes_before_a_file_of_the_same_name(tmp_path, monkeypatch):
    (tmp_path / "children").write_text("labels: {Violence: block}")
    monkeypatch.chdir(tmp_path)
    assert load_local_policy("children").name == "children"
    assert load_local_policy("./children").name == ""


def test_the_files_are_data_of_the_package():
    shipped = files("airflow_provider_rekmedia") / "policies"
    assert sorted(file.name for file in shipped.iterdir() if file.name.endswith(".yaml")) == [
        f"{name}.yaml" for name in NAMES
    ]
