import pytest

from airflow_provider_rekmedia.core.preflight.iam_policy import iam_policy
from airflow_provider_rekmedia.core.preflight.planned_run import plan_run
from airflow_provider_rekmedia.core.preflight.run_folders import arguments_below


def statements(**changes):
    arguments = {"source": "s3://photos/in/", "engine": "bulk"} | changes
    plan, _ = plan_run(arguments_below("s3://photos/out/", **arguments))
    return iam_policy(plan)["Statement"]


def allowed(action, **changes):
    of_action = [statement for statement in statements(**changes) if action in statement["Action"]]
    return {resource for statement in of_action for resource in statement["Resource"]}


def test_each_action_is_in_one_statement():
    actions = [
        action for statement in statements(actions={"block": "move"}) for action in statement["Action"]
    ]

    assert len(actions) == len(set(actions))


def test_only_the_actions_of_the_engine_are_allowed():
    assert allowed("rekognition:StartMediaAnalysisJob", engine="bulk") == {"*"}
    assert not allowed("rekognition:DetectModerationLabels", engine="bulk")
    assert not allowed("rekognition:StartMediaAnalysisJob", engine="per_image")


def test_images_are_changed_only_by_actions():
    assert "arn:aws:s3:::photos/in/*" not in allowed("s3:DeleteObject")
    assert "arn:aws:s3:::photos/in/*" in allowed("s3:DeleteObject", actions={"block": "delete"})


def test_a_policy_in_s3_can_be_read():
    assert "arn:aws:s3:::rules/p.yaml" in allowed("s3:GetObject", policy="s3://rules/p.yaml")


def test_the_decisions_of_another_tool_can_be_read():
    uri = "s3://decisions/2026/by hand.csv"
    resources = allowed("s3:GetObject", review="s3://photos/review/", decisions_file=uri)

    assert "arn:aws:s3:::decisions/2026/by hand.csv" in resources


def test_images_by_name_are_read_in_their_folder():
    assert "arn:aws:s3:::photos/a/*" in allowed("s3:GetObject", source=["s3://photos/a/1.jpg"])


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        ("arn:aws:kms:us-east-1:1:key/abc", "arn:aws:kms:us-east-1:1:key/abc"),
        ("abc", "arn:aws:kms:*:*:key/abc"),
        ("alias/moderation", "*"),
        ("arn:aws:kms:us-east-1:1:alias/moderation", "*"),
    ],
)
def test_a_key_is_allowed_once(key, resource):
    keys = [statement for statement in statements(kms_key_id=key) if "kms:Decrypt" in statement["Action"]]

    assert [statement["Resource"] for statement in keys] == [resource]
    if resource == "*":
        assert keys[0]["Condition"] == {
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/moderation"}
        }


def test_a_key_by_its_id_is_in_the_partition_of_the_policy():
    plan, _ = plan_run(arguments_below("s3://out/", source="s3://in/", engine="bulk", kms_key_id="abc"))

    assert "arn:aws-cn:kms:*:*:key/abc" in str(iam_policy(plan, partition="aws-cn"))
    assert "arn:aws:" not in str(iam_policy(plan, partition="aws-cn"))


@pytest.mark.parametrize("source", ["s3://lists/images.txt", "s3://lists/report/manifest.json"])
def test_the_images_of_a_list_are_allowed_in_the_bucket_of_the_list(source):
    assert "arn:aws:s3:::lists/*" in allowed("s3:GetObject", source=source)


def test_a_run_without_a_source_has_a_policy_too():
    assert not [name for name in allowed("s3:ListBucket", source=None) if "photos" not in name]


def test_another_partition_has_other_arns():
    plan, _ = plan_run(arguments_below("s3://b/o/", source="s3://b/i/", engine="bulk"))

    assert "arn:aws-cn:s3:::b" in str(iam_policy(plan, partition="aws-cn"))


def test_tables_are_written_and_not_read():
    assert "arn:aws:s3:::tables/*" in allowed("s3:PutObject", parquet="s3://tables/")
    assert "arn:aws:s3:::tables/*" not in allowed("s3:GetObject", parquet="s3://tables/")
