"""The group is skipped, or its manifest task fails: once by a branch, once by itself."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG, AirflowSkipException, task
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

with DAG("no_manifests", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):

    @task
    def nothing_to_do():
        raise AirflowSkipException

    arguments = {"output": "s3://photos/moderation/", "engine": "per_image", "preflight": False}
    skipped = moderate_images(source="s3://photos/uploads/", group_id="skipped", **arguments)
    nothing_to_do() >> skipped.manifest
    failed = moderate_images(source="{{ 's3:/photos/uploads/' }}", group_id="failed", **arguments)
