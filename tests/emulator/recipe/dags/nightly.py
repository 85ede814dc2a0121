# [START dag]
from datetime import UTC, datetime

from airflow.sdk import DAG

from airflow_provider_rekmedia.task_groups.moderation import moderate_images

with DAG("nightly", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
    moderate_images(
        source="s3://photos/uploads/",
        output="s3://photos/moderation/",
        engine="per_image",
        policy={"labels": {"Drugs & Tobacco": "block"}, "default": "review"},
    )
# [END dag]
