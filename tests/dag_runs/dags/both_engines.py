"""The same images through both engines, each in one call."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

POLICY = {"labels": {"Drugs & Tobacco": {"block": 80}}, "default": "review"}

with DAG("both_engines", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    for engine in ("bulk", "per_image"):
        images = moderate_images(
            group_id=engine,
            engine=engine,
            source="s3://photos/uploads/",
            output=f"s3://photos/{engine}/",
            policy=POLICY,
            ledger=f"s3://photos/{engine}/ledger/",
            manifest={"max_images": 3},
            preflight=False,  # tests count calls, and break them
            results={"parquet": f"s3://photos/{engine}/tables/"},
        )
