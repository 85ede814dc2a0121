"""One image a manifest, so that one of several mapped tasks can fail."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

with DAG("failing_shard", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    images = moderate_images(
        engine="per_image",
        source="s3://photos/uploads/",
        output="s3://photos/moderation/",
        ledger="s3://photos/ledger/",
        manifest={"max_images": 1},
    )
