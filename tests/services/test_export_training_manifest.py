import json

import pytest
from core.learning.records import record
from services.review.review_stage import Stage

from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.review.decision_record import encode_records
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.services.export_training_manifest import export_training_manifest


@pytest.fixture
def stage():
    return Stage()


def export(stage, records, **changes):
    uri = S3Uri("analysis", "reviews/audit/dag_id=moderate/run_id=1/queue.jsonl")
    stage.objects.put(uri, encode_records(records), "application/jsonl")
    arguments = {
        "reviews": "s3://analysis/reviews/",
        "output": "s3://analysis/adapter/",
        "holds": "s3://analysis/holds/",
        "bucket": "photos",
    }
    return export_training_manifest(stage.objects, **(arguments | changes))


def test_both_manifests_are_written(stage):
    held = record(1_000, "block", labels_wrong=("Alcohol",))
    stage.objects.put(
        hold_uri(S3Uri("analysis", "holds/"), parse_s3_uri(held.uri)), b"{}", "application/json"
    )
    records = [record(number, "allow", labels_wrong=("Alcohol",)) for number in range(200)]
    summary = export(stage, [*records, held, record(1, bucket="others")])
    assert summary["training"] == "s3://analysis/adapter/training.manifest"
    assert summary["training_images"] + summary["test_images"] == 200
    assert (summary["skipped"], summary["missing"]) == ({"held": 1}, "")
    lines = [
        json.loads(line)
        for name in ("training", "test")
        for line in stage.objects.read(parse_s3_uri(summary[name])).splitlines()
    ]
    assert {line["source-ref"] for line in lines} == {record.uri for record in records}


def test_below_the_minimums_of_aws_nothing_is_written(stage, caplog):
    summary = export(stage, [record(1)])
    assert (summary["training"], summary["test"]) == (None, None)
    assert "20 more test images" in summary["missing"]
    assert "No training manifest was written" in caplog.text
    assert stage.objects.find_image(S3Uri("analysis", "adapter/training.manifest")) is None
