"""More examples of docs/operators; test_documented_dags.py runs them."""

from datetime import UTC, datetime

from airflow.sdk import DAG, task

from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator

with DAG("how_to_many", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    # [START howto_operator_manifest_ledger]
    new_images = RekognitionCreateManifestOperator(
        task_id="new_images",
        source=["s3://photos/uploads/", "s3://photos/avatars/"],
        manifest_prefix="s3://photos/manifests/",
        ledger="s3://photos/ledger/",
        max_cost=50,
    )
    # [END howto_operator_manifest_ledger]

    # [START howto_many_manifests]
    @task
    def part(manifests, number):
        return manifests[number::3]

    for number in range(3):  # every third manifest; Airflow maps over at most 1,024
        RekognitionStartMediaAnalysisJobOperator.partial(
            task_id=f"moderate_part_{number}", output="s3://photos/moderation/"
        ).expand(manifest=part.override(task_id=f"part_{number}")(new_images.output, number))
    # [END howto_many_manifests]
