"""The task group that lets people decide."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from runpy import run_path

import pytest

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.task_groups.moderation import moderate_images
from airflow_provider_rekmedia.task_groups.review import review_images
from airflow_provider_rekmedia.tasks.human_input import HAS_HUMAN_INPUT

needs_questions = pytest.mark.skipif(not HAS_HUMAN_INPUT, reason="this Airflow cannot ask a person")


@pytest.fixture
def dag():
    with DAG("reviews", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as made:
        yield made


def reviewed(**changes):
    values = {"verdicts": "s3://photos/v.jsonl.gz", "review": "s3://photos/review/"}
    return review_images(**values | changes)


@needs_questions
def test_the_quoted_parts_of_the_example_create_their_tasks(dag):
    example = run_path(str(Path(__file__).parents[2] / "example_dags" / "nightly_review.py"))

    example["review_by_hand"]("s3://photos/v.jsonl.gz")
    example["review_with_mails"]("s3://photos/v.jsonl.gz")

    assert {"plan", "review", "finish", "review_images.review"} <= dag.task_dict.keys()
    question = dag.get_task("review_images.review").partial_kwargs
    assert question["notifiers"].to == "moderators@example.com"
    assert (question["retries"], question["assigned_users"][1]["id"]) == (2, "ben")


@needs_questions
def test_the_tasks_follow_each_other_and_a_failed_question_does_not_stop_the_end(dag):
    made = reviewed(
        plan={"queue_size": 5},
        question={"response_timeout": timedelta(hours=1)},
        finish={"reviewer_salt": "secret"},
        kms_key_id="key",
        connection={"aws_conn_id": "other"},
    )

    assert dag.task_dict.keys() == {f"review_images.{name}" for name in ("plan", "review", "finish")}
    assert made.finish.upstream_task_ids == {"review_images.plan", "review_images.review"}
    assert made.finish.trigger_rule == "all_done"
    assert made.verdicts.key == "verdicts"
    assert (made.plan.queue_size, made.finish.reviewer_salt) == (5, "secret")
    assert (made.plan.aws_conn_id, made.finish.kms_key_id) == ("other", "key")
    assert made.review.partial_kwargs["response_timeout"] == timedelta(hours=1)
    assert made.review.partial_kwargs["review"] == "s3://photos/review/"


@needs_questions
def test_preflight_gets_the_key_of_each_task(dag):
    made = reviewed(kms_key_id="key", plan={"kms_key_id": "plan"}, question={"kms_key_id": "question"})

    checked = made.checked_arguments

    assert checked["kms_key_id"] == "plan"
    assert (checked["question"]["kms_key_id"], checked["finish"]["kms_key_id"]) == ("question", "key")


def test_without_a_question_decisions_come_from_a_file(dag):
    made = reviewed(ask=False, finish={"decisions_file": "s3://photos/d.csv"})

    assert made.review is None
    assert dag.task_dict.keys() == {"review_images.plan", "review_images.finish"}


def test_a_wrong_prefix_is_found_when_the_dag_is_parsed(dag):
    with pytest.raises(InvalidS3Uri):
        reviewed(ask=False, holds="photos/holds/")


def test_moderate_images_acts_on_the_verdicts_after_the_review(dag):
    images = moderate_images(
        source="s3://photos/uploads/",
        output="s3://photos/out/",
        engine="per_image",
        review={"ask": False, "plan": {"audit_near": 5}},
        actions={"block": "delete"},
    )

    # The counts of the actions are added to the report that the results task wrote.
    assert images.actions.upstream_task_ids == {"moderate_images.review.finish", "moderate_images.results"}
    assert images.actions.holds == images.review.plan.holds == "s3://photos/out/holds/"
    assert images.results.audit_candidates == "s3://photos/out/review/candidates/"
    assert images.review.plan.review == "s3://photos/out/review/"
    assert images.review.plan.upstream_task_ids == {"moderate_images.results"}


def test_without_an_audit_sample_no_candidates_are_written(dag):
    images = moderate_images(
        source="s3://photos/uploads/", output="s3://photos/out/", engine="bulk", review={"ask": False}
    )

    assert images.results.audit_candidates is None
