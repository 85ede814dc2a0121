"""Preflight finds each fault, several at once, and is silent on a sound set-up."""

import sys

import pytest
from task_runner import run_task

from airflow_provider_rekmedia.airflow_compat import AirflowException, AirflowFailException
from airflow_provider_rekmedia.operators.preflight import RekognitionPreflightOperator

ARGUMENTS = {
    "manifest": {
        "source": "s3://photos/uploads/",
        "manifest_prefix": "s3://photos/out/manifests/",
        "ledger": "s3://photos/out/ledger/",
    },
    "analysis": {"output": "s3://photos/out/jobs/"},
    "results": {
        "policy": "social_network",
        "verdicts": "s3://photos/out/verdicts/",
        "parquet": "s3://photos/out/tables/",
        "report": "s3://photos/out/report/",
        "ledger": "s3://photos/out/ledger/",
    },
}


def preflight(engine="bulk", **changes):
    arguments = {task: given | changes.pop(task, {}) for task, given in ARGUMENTS.items()}
    return run_task(RekognitionPreflightOperator(task_id="preflight", engine=engine, **arguments | changes))


@pytest.mark.parametrize("engine", ["bulk", "per_image"])
def test_a_sound_set_up_has_no_finding_that_is_not_ok(night, aws, engine):
    result = preflight(engine)

    assert {finding["outcome"] for finding in result["findings"]} == {"ok"}
    assert result["estimate"]["images"] == 7
    assert result["quotas"] == {"concurrent_jobs": 20, "images_per_s": 50}
    assert aws.usage()["images_billed"] == 0
    assert not [
        found["Key"]
        for found in night.client.list_objects_v2(Bucket="photos")["Contents"]
        if found["Key"].startswith("out/")
    ]


FAULTS = {
    "list of the source": (
        lambda aws: aws.deny("s3:ListBucket", "photos/uploads/*"),
        {},
        ["source s3://photos/uploads/", "Allow s3:ListBucket on arn:aws:s3:::photos"],
    ),
    "read of the images": (
        lambda aws: aws.deny("s3:GetObject", "photos/uploads/*"),
        {},
        ["source s3://photos/uploads/", "Allow s3:GetObject on arn:aws:s3:::photos/uploads/*"],
    ),
    **{
        f"write of {argument}": (
            lambda aws, folder=folder: aws.deny("s3:PutObject", f"photos/out/{folder}/*"),
            {},
            [f"{argument} s3://photos/out/{folder}/", f"s3:PutObject on arn:aws:s3:::photos/out/{folder}/*"],
        )
        for argument, folder in [
            ("manifest_prefix", "manifests"),
            ("output", "jobs"),
            ("verdicts", "verdicts"),
            ("parquet", "tables"),
            ("report", "report"),
            ("ledger", "ledger"),
        ]
    },
    "read of the output": (
        lambda aws: aws.deny("s3:GetObject", "photos/out/jobs/*"),
        {},
        ["output s3://photos/out/jobs/", "s3:GetObject on arn:aws:s3:::photos/out/jobs/*"],
    ),
    "delete in the ledger": (
        lambda aws: aws.deny("s3:DeleteObject", "photos/out/ledger/*"),
        {},
        ["ledger s3://photos/out/ledger/", "s3:DeleteObject on arn:aws:s3:::photos/out/ledger/*"],
    ),
    "a missing bucket": (
        lambda aws: None,
        {"analysis": {"output": "s3://no-such-bucket/jobs/"}},
        ["bucket no-such-bucket (output)", "There is no such bucket"],
    ),
    "a bucket in another region": (
        lambda aws: aws.client("s3", "eu-west-1").create_bucket(
            Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        ),
        {"results": {"report": "s3://far-away/report/"}},
        ["bucket far-away (report)", "is in eu-west-1, but the call goes to us-east-1"],
    ),
    "a closed account": (
        lambda aws: aws.inject("closed", message="not available to this account"),
        {},
        ["engine", "The per-image engine works for all accounts"],
    ),
    "an unusable key": (
        lambda aws: aws.deny("kms:GenerateDataKey", "alias/other"),
        {"results": {"kms_key_id": "alias/other"}},
        [
            "report s3://photos/out/report/",
            "Allow kms:GenerateDataKey and kms:Decrypt on the key alias/other",
        ],
    ),
    "an unknown label in the policy": (
        lambda aws: None,
        {"results": {"policy": {"labels": {"Violense": "block"}}}},
        ["policy", "did you mean 'Violence'?"],
    ),
    "a threshold below the confidence of the job": (
        lambda aws: None,
        {"results": {"policy": "children"}},
        ["policy", "set min_confidence to"],
    ),
    "an argument": (
        lambda aws: None,
        {"results": {"max_failed": "many"}},
        ["arguments max_failed of the task results"],
    ),
    "a quarantine is missing": (
        lambda aws: None,
        {"actions": {"actions": {"block": "move"}, "action_log": "s3://photos/out/actions/"}},
        ["arguments actions of the task actions", "need a prefix for the copies"],
    ),
    "a budget": (
        lambda aws: None,
        {"manifest": {"max_cost": 0.001, "ledger": None}},
        ["cost", "This exceeds max_cost=0.001"],
    ),
    "a list file is missing": (
        lambda aws: None,
        {"manifest": {"source": "s3://photos/images.txt"}},
        ["source s3://photos/images.txt", "There is no such object"],
    ),
    "a damaged ledger": (
        lambda aws: aws.client("s3").put_object(
            Bucket="photos", Key="out/ledger/entries/a.jsonl.gz", Body=b"no gzip"
        ),
        {},
        ["ledger", "s3://photos/out/ledger/entries/a.jsonl.gz"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_preflight_finds_a_fault_and_names_the_cure(night, aws, fault):
    plant, changes, texts = FAULTS[fault]
    plant(aws)

    with pytest.raises(AirflowFailException) as failed:
        preflight(**changes)

    for text in texts:
        assert text in str(failed.value)
    assert "checks that failed: 1," in str(failed.value) or fault == "an unusable key"
    assert aws.usage()["images_billed"] == 0


def test_denied_calls_of_the_per_image_engine_are_found(night, aws):
    aws.deny("rekognition:DetectModerationLabels")

    with pytest.raises(AirflowFailException, match="DetectModerationLabels was refused"):
        preflight("per_image")


def test_every_failure_is_in_one_error(night, aws, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    aws.deny("s3:PutObject", "photos/out/verdicts/*")

    with pytest.raises(AirflowFailException) as failed:
        preflight(results={"policy": {"labels": {"Explicitt": "block"}}})

    assert "checks that failed: 3," in str(failed.value)
    for text in (
        "did you mean 'Explicit'?",
        "airflow-provider-rekmedia[parquet]",
        "s3://photos/out/verdicts/",
    ):
        assert text in str(failed.value)


def test_an_unknown_connection_ends_the_checks_that_need_it(night, aws):
    with pytest.raises(AirflowFailException) as failed:
        preflight(aws_conn_id="no_such_connection", results={"policy": {"labels": {"Violense": "block"}}})

    assert "checks that failed: 2," in str(failed.value)
    assert "aws_conn_id='no_such_connection'" in str(failed.value)
    assert "did you mean 'Violence'?" in str(failed.value)
    assert not any(aws.usage()["calls"].values())


def test_a_retry_follows_only_if_every_failure_may_pass(night, aws):
    aws.inject("throttle", operation="DetectModerationLabels")
    with pytest.raises(AirflowException) as temporary:
        preflight("per_image")
    assert not isinstance(temporary.value, AirflowFailException)

    with pytest.raises(AirflowFailException):
        preflight("per_image", results={"policy": "no_such_policy"})


@pytest.mark.parametrize(
    ("action", "resource", "text"),
    [
        ("servicequotas:ListServiceQuotas", "*", "quotas: unknown (AccessDeniedException"),
        ("rekognition:ListMediaAnalysisJobs", "*", "ListMediaAnalysisJobs was denied"),
        ("s3:DeleteObject", "photos/out/report/*", "_rekmedia_preflight.txt stays there"),
    ],
)
def test_what_a_run_can_do_without_is_a_note(night, aws, action, resource, text):
    aws.deny(action, resource)

    notes = [finding for finding in preflight()["findings"] if finding["outcome"] == "note"]

    assert len(notes) == 1
    assert text in f"{notes[0]['check']}: {notes[0]['text']}"


def test_with_a_ledger_an_exceeded_budget_is_a_note(night, aws):
    findings = preflight(manifest={"max_total_images": 3})["findings"]

    (cost,) = (finding for finding in findings if finding["check"] == "cost")
    assert cost["outcome"] == "note"
    assert "the task manifest will fail" in cost["text"]


def test_one_image_is_analyzed_only_on_request(night, aws):
    preflight(paid_probe=True)

    assert aws.usage()["images_billed"] == 1


def test_the_xcom_names_no_account(night, aws):
    assert "123456789012" not in str(preflight())
