"""Nights on which AWS throttles, breaks and drops connections."""

import json
from datetime import timedelta

from emulated import NIGHT

TROUBLE = ["throttle", "http_500", "connection_reset"]


def test_a_night_with_three_faults_in_ten_calls_has_the_right_xcoms(night, aws, run_dag, monkeypatch):
    at = night.today + timedelta(days=1)
    connection = json.loads(aws.airflow_connection())
    # Few retries of botocore's own, so that most of the patience is ours and Airflow's.
    connection["extra"]["config_kwargs"] = {"retries": {"total_max_attempts": 2}}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    aws.configure(in_progress_s=2.0)
    aws.inject(TROUBLE, operation="*", times=None, probability=0.3, seed=1)
    aws.inject(TROUBLE, operation="S3", times=None, probability=0.3, seed=2)

    run = run_dag("nightly_moderation", at=at, retries=100)

    assert run.state == "success", run.states()
    assert {key: run.xcom("results", key) for key in NIGHT} == NIGHT
    assert max(run.tries().values()) > 1  # there was trouble
    aws.clear_faults()
    assert aws.usage()["jobs"] == 1
    assert aws.usage()["images_billed"] == 5


def test_a_moment_without_credentials_ends_no_wait_and_discards_no_retry(night, aws, run_dag):
    aws.configure(in_progress_s=1.0)
    refused = ["expired_credentials", "invalid_credentials"]
    aws.inject("expired_credentials", operation="S3", times=2)
    aws.inject(refused, operation="GetMediaAnalysisJob", times=6)
    aws.inject(refused, operation="DetectModerationLabels", times=2, after=2)

    seen = run_dag("both_engines", retries=8)

    assert seen.state == "success", seen.states()
    for engine in ("bulk", "per_image"):
        assert seen.xcom(f"{engine}.results", "counts") == NIGHT["counts"], engine
    assert max(seen.tries().values()) > 1  # there was trouble
    assert aws.usage()["images_billed"] == 10
