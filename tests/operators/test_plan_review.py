"""The operator that plans a review, on the emulator."""

import logging

import pytest
from operators.reviewing import plan, put_verdicts
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.airflow_compat import AirflowFailException
from airflow_provider_rekmedia.operators.review import RekognitionPlanReviewOperator


@pytest.fixture
def verdicts(photos):
    return put_verdicts(photos)


def test_the_queues_are_returned_for_expand_and_the_plan_is_pushed(photos, verdicts):
    queues, ti = plan(verdicts, queue_size="1")

    assert len(queues) == 2
    assert ti.xcoms["plan"].startswith("s3://photos/review/dag_id=dag/")
    assert ti.xcoms["counts"]["queued"] == 2
    found = photos.client.list_objects_v2(Bucket="photos", Prefix="review/previews/")["Contents"]
    assert [0 < each["Size"] < 4_000 for each in found] == [True, True]


def test_nothing_to_review_is_an_empty_list(photos):
    assert plan({"uris": [], "images": 0})[0] == []


def test_images_above_the_limit_are_a_warning(verdicts, monkeypatch, caplog):
    monkeypatch.setattr(RekognitionPlanReviewOperator, "log", logging.getLogger("task"))
    plan(verdicts, max_images=1, previews=False)

    assert "1 images are not in a queue" in caplog.text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reviewed_verdicts": []}, "must be review, block, or both"),
        ({"reviewed_verdicts": ["allow"]}, "must be review, block, or both"),
        ({"reviewed_verdicts": "spam"}, "reviewed_verdicts"),
        ({"order": "random"}, "order"),
        ({"queue_size": 0}, "queue_size"),
        ({"double_share": 1.5}, "double_share"),
        ({"review": "photos"}, "s3://"),
    ],
)
def test_an_argument_that_cannot_be_used_fails_the_task(changes, says):
    with pytest.raises(AirflowFailException, match=says):
        plan({"uris": [], "images": 0}, FakeTaskInstance(), **changes)
