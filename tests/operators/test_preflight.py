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
    aws.inject("expired_credentials", operation="DetectModerationLabels")
    with pytest.raises(AirflowException) as temporary:
        preflight("per_image")
    assert not isinstance(temporary.value, AirflowFailException)

    aws.inject("expired_credentials", operation="DetectModerationLabels")
    with pytest.raises(AirflowFailException):
        preflight("per_image", results={"policy": "no_such_policy"})


def test_one_image_is_analyzed_only_on_request(night, aws):
    preflight(paid_probe=True)

    assert aws.usage()["images_billed"] == 1


def test_the_xcom_names_no_account(night, aws):
    assert "123456789012" not in str(preflight())


def test_a_dict_that_became_text_is_an_error(night, aws):
    operator = RekognitionPreflightOperator(
        task_id="preflight", engine="bulk", manifest="{'source': 1}", analysis={}, results={}
    )

    with pytest.raises(AirflowFailException, match="render_template_as_native_obj"):
        run_task(operator)
