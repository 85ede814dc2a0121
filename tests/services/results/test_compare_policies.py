import json

import pytest

from airflow_provider_rekmedia.adapters.results.local_policy import load_local_policy
from airflow_provider_rekmedia.core.errors import InvalidArgument, InvalidJob
from airflow_provider_rekmedia.services.results.compare_policies import compare_policies

OLD = load_local_policy({"labels": {"Alcohol": {"review": 80}}})
NEW = load_local_policy({"labels": {"Alcohol": {"block": 90, "review": 60}}})


def line(confidence):
    labels = [{"Name": "Alcohol", "ParentName": "", "Confidence": confidence, "TaxonomyLevel": 1}]
    detection = {"ModerationLabels": labels if confidence else [], "ModerationModelVersion": "7.0"}
    return json.dumps({"source-ref": f"s3://photos/{confidence}.jpg", "detect-moderation-labels": detection})


@pytest.fixture
def stored(stage):
    for name, confidences in (("a", (0, 70)), ("b", (85, 95))):
        body = "\n".join(map(line, confidences)).encode()
        stage.s3.put_object(Bucket="analysis", Key=f"jobs/{name}-results.jsonl", Body=body)
    return stage.objects


@pytest.mark.parametrize(
    "results", [["s3://analysis/jobs/"], [f"s3://analysis/jobs/{name}-results.jsonl" for name in "ab"]]
)
def test_every_result_is_judged_by_both_policies(stored, results):
    diff = compare_policies(OLD, NEW, results, stored)

    changes = {f"{old} {new}": count for old, new, count in diff.iter_changes()}
    assert changes == {"allow allow": 1, "allow review": 1, "review review": 1, "review block": 1}


def test_a_prefix_without_results_is_an_error(stored):
    with pytest.raises(InvalidArgument, match=r"ends in results\.jsonl"):
        compare_policies(OLD, NEW, ["s3://analysis/other/"], stored)


def test_a_manifest_is_not_a_results_file(stored):
    with pytest.raises(InvalidJob):
        compare_policies(OLD, NEW, ["s3://photos/manifest.jsonl"], stored)
