import pytest

from airflow_provider_rekmedia.adapters.results.local_policy import load_local_policy
from airflow_provider_rekmedia.core.errors import InvalidPolicy, PolicyMissing

DOCUMENT = "labels: {Explicit: {block: 80}}"


def test_a_mapping_and_a_file_give_the_same_policy(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text(DOCUMENT)

    assert load_local_policy(str(file)) == load_local_policy({"labels": {"Explicit": {"block": 80}}})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PolicyMissing, match=r"no-such\.yaml \(argument policy\): there is no such file"):
        load_local_policy(str(tmp_path / "no-such.yaml"))


@pytest.mark.parametrize("policy", ["", "/", "a\0b", {}])
def test_a_file_that_cannot_be_read_and_an_empty_policy_are_refused(policy):
    with pytest.raises(InvalidPolicy):
        load_local_policy(policy)
