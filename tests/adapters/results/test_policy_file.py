import pytest

from airflow_provider_rekmedia.adapters.results.policy_file import load_policy
from airflow_provider_rekmedia.core.errors import InvalidPolicy, PolicyMissing
from airflow_provider_rekmedia.core.s3_uri import S3Uri

YAML = b"name: shop\nlabels:\n  Explicit: {block: 80}\n"


def test_a_policy_is_a_dict_a_file_or_an_object(stage, tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_bytes(YAML)
    stage.objects.put(S3Uri("analysis", "policy.yaml"), YAML, "text/yaml")
    given = ({"name": "shop", "labels": {"Explicit": {"block": 80}}}, str(file), "s3://analysis/policy.yaml")
    first, *others = (load_policy(source, stage.objects) for source in given)
    assert others == [first, first]
    assert first.rules["Explicit"].block == 80


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({}, "it has no labels"),
        ("", "'' is not a mapping"),
        (None, "None is not a mapping"),
        ([], "not a mapping"),
    ],
)
def test_an_empty_policy_is_invalid(stage, policy, message):
    with pytest.raises(InvalidPolicy, match=message):
        load_policy(policy, stage.objects)


@pytest.mark.parametrize("body", [b"labels: [", b"", b"labels: {Explicit: {block: 101}}"])
def test_a_file_that_is_not_a_policy_is_refused(stage, tmp_path, body):
    file = tmp_path / "policy.yaml"
    file.write_bytes(body)
    with pytest.raises(InvalidPolicy):
        load_policy(str(file), stage.objects)


def test_a_missing_policy_file_is_named(stage):
    with pytest.raises(PolicyMissing, match="no-such"):
        load_policy("no-such.yaml", stage.objects)
