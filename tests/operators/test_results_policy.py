"""What a policy may be, as the results operator is given it."""

import json

import pytest
from task_runner import run_task

from airflow_provider_rekmedia.airflow_compat import AirflowFailException
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator


@pytest.fixture
def judged(photos):
    """The counts of one image with one label, judged by a policy."""
    labels = [{"Name": "Pills", "Confidence": 85}]
    line = {"source-ref": "s3://photos/a.jpg", "detect-moderation-labels": {"ModerationLabels": labels}}
    photos.client.put_object(Bucket="photos", Key="r.jsonl", Body=json.dumps(line).encode())

    def judge(policy):
        operator = RekognitionMediaAnalysisResultsOperator(
            task_id="results", job="s3://photos/r.jsonl", policy=policy
        )
        return run_task(operator)["counts"]

    return judge


def test_an_empty_mapping_is_not_a_policy(judged):
    with pytest.raises(AirflowFailException, match="The policy cannot be used"):
        judged({})


@pytest.mark.parametrize("nothing", [None, "", "None"])
def test_a_policy_without_a_value_reviews_every_image_with_a_label(judged, nothing):
    assert judged(nothing)["review"] == 1


def test_a_rendered_threshold_is_parsed(judged):
    assert judged({"labels": {"Pills": {"block": "85.0"}}})["block"] == 1
    assert judged({"labels": {"Pills": {"block": "86", "review": " 80 "}}})["review"] == 1
