"""Moderate images every night, let people decide about the grey zone, then act on the result."""

import re
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_rekmedia.operators.review import (
    RekognitionFinishReviewOperator,
    RekognitionPlanReviewOperator,
    RekognitionReviewOperator,
)
from airflow_provider_rekmedia.operators.verdicts import RekognitionApplyVerdictsOperator
from airflow_provider_rekmedia.task_groups.moderation import moderate_images
from airflow_provider_rekmedia.task_groups.review import review_images


def nightly_review():
    # [START nightly_review]
    moderate_images(
        source="s3://photos/uploads/",
        output="s3://photos/moderation/",
        engine="per_image",
        policy={"labels": {"Explicit": {"block": 90, "review": 60}}, "default": "review"},
        review={
            "plan": {"queue_size": 200, "audit_near": 50, "audit_clean": 50, "double_share": 0.05},
            "question": {"response_timeout": timedelta(hours=10)},
        },
        actions={"block": "move"},
        act={"quarantine": "s3://photos/quarantine/", "max_share": "5%"},
    )
    # [END nightly_review]


def review_of_verdicts(verdicts):
    # [START review_images]
    reviewed = review_images(
        verdicts=verdicts,
        review="s3://photos/review/",
        question={"response_timeout": timedelta(hours=10)},
    )
    RekognitionApplyVerdictsOperator(
        task_id="delete",
        verdicts=reviewed.verdicts,
        actions={"block": "delete"},
        action_log="s3://photos/actions/",
        holds="s3://photos/review/holds/",
        max_share="5%",
    )
    # [END review_images]


def review_with_mails(verdicts):
    # [START review_with_mails]
    review_images(
        verdicts=verdicts,
        review="s3://photos/review/",
        question={
            "assigned_users": [{"id": "ann", "name": "Ann"}, {"id": "ben", "name": "Ben"}],
            "response_timeout": timedelta(hours=10),
            "notifiers": SmtpNotifier(
                to="moderators@example.com", subject="{{ task.subject }}", html_content="{{ task.body }}"
            ),
            "escalation_notifiers": SmtpNotifier(
                to="child-safety@example.com",
                subject="An image was escalated",
                html_content="Dag run {{ run_id }}, queue {{ ti.map_index }}",
            ),
            "retries": 2,
        },
    )
    # [END review_with_mails]


def review_by_hand(verdicts):
    # [START review_operators]
    plan = RekognitionPlanReviewOperator(task_id="plan", verdicts=verdicts, review="s3://photos/review/")
    review = RekognitionReviewOperator.partial(task_id="review", response_timeout=timedelta(hours=10)).expand(
        queue_uri=plan.output
    )
    finish = RekognitionFinishReviewOperator(
        task_id="finish", plan=plan.output["plan"], trigger_rule="all_done"
    )
    review >> finish
    # [END review_operators]
    return finish


with DAG(
    "nightly_review",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    description="Moderate images, and let people decide about the grey zone",
    tags=["moderation", "rekognition"],
    doc_md="People answer under *Required Actions*. It needs Airflow 3.1 or newer.",
) as dag:
    # Airflow before 3.1 cannot ask a person.
    if [int(part) for part in re.findall(r"\d+", version("apache-airflow"))[:2]] >= [3, 1]:
        nightly_review()
