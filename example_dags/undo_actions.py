"""Undo what a task did to objects because of their verdicts."""  # [START undo_actions]

from datetime import UTC, datetime

from airflow.sdk import DAG

from airflow_provider_rekmedia.operators.verdicts import RekognitionApplyVerdictsOperator

with DAG(
    "undo_actions",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    params={"action_log": "s3://photos/moderation/actions/…"},
    description="Restore what was tagged, copied, moved or deleted",
    tags=["moderation", "rekognition"],
    doc_md="Trigger it by hand, with the XCom `action_log` of the task to undo as the param `action_log`.",
):
    RekognitionApplyVerdictsOperator(
        task_id="undo",
        undo="{{ params.action_log }}",
        action_log="s3://photos/moderation/actions/",
        holds="s3://photos/moderation/holds/",
        max_failed=None,  # report what cannot be undone, but do not fail
    )
# [END undo_actions]
