"""Moderate images, ask a person, then quarantine what is blocked and invalidate the CDN."""

import re
from datetime import UTC, datetime
from importlib.metadata import version

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.sdk import DAG, task

from airflow_provider_rekmedia.operators.verdicts import RekognitionApplyVerdictsOperator
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

MOVE = {
    "actions": {"block": "move"},
    "action_log": "s3://photos/approved/actions/",
    "quarantine": "s3://photos/quarantine/",
    "source": "s3://photos/uploads/",
    "cloudfront_origin_path": "/",
}


def approved_actions(approval_operator):
    # [START approved_actions]
    images = moderate_images(
        source="s3://photos/uploads/",
        output="s3://photos/approved/",
        engine="per_image",
        policy={"labels": {"Explicit": {"block": 80}}, "default": "review"},
    )
    verdicts = images.results.output["verdicts"]
    plan = RekognitionApplyVerdictsOperator(task_id="plan", verdicts=verdicts, dry_run=True, **MOVE)
    approval = approval_operator(
        task_id="approval",
        subject="Move {{ ti.xcom_pull('plan', key='counts')['objects'] }} blocked images to the quarantine?",
        body="All of them: {{ ti.xcom_pull('plan')['dry_run_list'] }}",
    )
    quarantine = RekognitionApplyVerdictsOperator(
        task_id="quarantine", verdicts=verdicts, max_share="20%", **MOVE
    )
    plan >> approval >> quarantine
    # [END approved_actions]
    invalidate(quarantine.output["summary"])


# [START invalidate]
@task
def invalidate(summary):
    cloudfront = AwsBaseHook(client_type="cloudfront").conn
    for file in summary["invalidation_paths"].values():
        paths = S3Hook().read_key(*reversed(S3Hook.parse_s3_url(file["uri"]))).splitlines()
        for start in range(0, len(paths), 3_000):
            items = paths[start : start + 3_000]
            reference = f"{summary['action_log']}{start}"  # a retry does not invalidate twice
            batch = {"Paths": {"Quantity": len(items), "Items": items}, "CallerReference": reference}
            cloudfront.create_invalidation(DistributionId="E1EXAMPLE", InvalidationBatch=batch)


# [END invalidate]

with DAG(
    "approved_actions",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    description="Moderate images, and quarantine what is blocked after an approval",
    tags=["moderation", "rekognition"],
    doc_md="Trigger it by hand, and answer under *Required Actions*. It needs Airflow 3.1 or newer.",
) as dag:
    # Airflow before 3.1 has no ApprovalOperator.
    if [int(part) for part in re.findall(r"\d+", version("apache-airflow"))[:2]] >= [3, 1]:
        from airflow.providers.standard.operators.hitl import ApprovalOperator

        approved_actions(ApprovalOperator)
