"""Both engines in a Dag with native rendering, whose templates render digits and no value."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

NOTHING = "{{ none }}"

with DAG(
    "native_values",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    render_template_as_native_obj=True,
):
    for engine in ("bulk", "per_image"):
        moderated = moderate_images(
            group_id=engine,
            source="s3://photos/uploads/",
            output=f"s3://photos/{engine}/",
            engine=engine,
            policy=NOTHING,
            ledger=NOTHING,
            manifest={"modified_after": "{{ '20200101' }}", "scan": "{{ '20260501' }}"},
            bulk={"job_name": "{{ '20260501' }}", "kms_key_id": NOTHING, "min_confidence": NOTHING},
            per_image={"kms_key_id": NOTHING, "min_confidence": NOTHING},
            results={"parquet": NOTHING, "max_failed": NOTHING},
            connection={"region_name": NOTHING},
        )
