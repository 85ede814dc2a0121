from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.core.errors import InvalidInput
from airflow_provider_rekmedia.task_groups.argument_checks import (
    check_arguments,
    is_known_when_parsed,
    reads_xcom,
)
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

LOW = {"labels": {"Explicit": {"block": 30}}}


def group(engine="per_image", **changes):
    arguments = {"source": "s3://photos/in/", "output": "s3://photos/out/", "engine": engine}
    with DAG("dag", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
        return moderate_images(**arguments | changes)


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "photos/in/"},
        {"output": "photos/out/"},
        {"ledger": "photos/ledger/"},
        {"policy": {"labels": {"Explict": "block"}}},
        {"policy": "/no/such/policy.yaml"},
        {"policy": LOW},
        {"policy": LOW, "per_image": {"min_confidence": 40}},
        {"manifest": {"max_images": 20_000}},
        {"manifest": {"modified_after": "yesterday"}},
        {"per_image": {"min_confidence": 0.8}},
        {"engine": "bulk", "bulk": {"timeout": 0}},
        {"results": {"parquet": "photos/tables/"}},
        {"results": {"max_failed": "many"}},
        {"results": {"report": "photos/report/"}},
        {"results": {"on_drift": "explode"}},
    ],
    ids=str,
)
def test_an_argument_that_cannot_be_used_is_refused_when_the_dag_is_parsed(wrong):
    with pytest.raises(InvalidInput):
        group(**wrong)


@pytest.mark.parametrize(
    "right",
    [
        {"source": "{{ params.source }}", "ledger": "{{ params.ledger }}"},
        {"policy": "{{ params.policy }}"},
        {"policy": "s3://photos/policy.yaml"},
        {"policy": LOW, "per_image": {"min_confidence": 30}},
        {"policy": LOW, "per_image": {"min_confidence": "{{ params.min_confidence }}"}},
        {"engine": "bulk", "bulk": {"timeout": timedelta(hours=4)}},
        {"results": {"max_failed": "2%"}, "per_image": {"min_confidence": 0.8}, "engine": "bulk"},
    ],
    ids=str,
)
def test_an_argument_that_is_right_or_not_known_yet_is_accepted(right):
    group(**right)


def test_the_manifest_task_checks_the_arguments_of_the_results_task():
    images = group(
        policy="{{ params.policy }}",
        results={"parquet": "s3://photos/tables/", "on_drift": "fail", "retries": 3},
    )

    expected = {
        "policy": "{{ params.policy }}",
        "parquet": "s3://photos/tables/",
        "verdicts": "s3://photos/out/verdicts/",
        "report": "s3://photos/out/report/",
        "on_drift": "fail",
    }
    assert images.manifest.results_arguments == expected


def test_an_xcom_is_left_to_the_results_task():
    policy = "{{ ti.xcom_pull('later') }}"

    assert "policy" not in group(policy=policy).manifest.results_arguments
    assert reads_xcom(policy)
    assert not is_known_when_parsed(policy)


def test_a_report_is_a_prefix_or_a_stored_report():
    check_arguments({"report": "s3://photos/report/"})
    check_arguments({"report": "s3://photos/report/run/report.json"})
    check_arguments({"report": {"json": "s3://photos/report/run/report.json"}})
    with pytest.raises(InvalidInput):
        check_arguments({"report": "https://photos/report/"})
    with pytest.raises(InvalidInput):
        check_arguments({"report": "s3://photos/report/latest.json"})
