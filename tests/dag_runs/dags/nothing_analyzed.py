"""Images of which none can be analyzed, through both engines."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

with DAG("nothing_analyzed", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    for engine in ("bulk", "per_image"):
        images = moderate_images(
            group_id=engine,
            engine=engine,
            source="s3://photos/uploads/",
            output=f"s3://photos/{engine}/",
            policy={"labels": {"Pills": "block"}, "not_analyzed": "block"},
        )
