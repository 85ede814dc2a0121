"""Sources and windows without an image, with both engines."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

WINDOW = {"modified_after": "{{ data_interval_start }}", "modified_before": "{{ data_interval_end }}"}
CASES = {
    "no_object": ("nowhere/", {}),
    "wrong_type": ("documents/", {}),
    "no_length": ("uploads/", WINDOW),  # schedule=None: the data interval starts and ends at the same time
    "chosen": ("nowhere/", {"on_empty": "skip"}),
    "nothing_new": ("uploads/", {"modified_before": "2026-01-01"}),
}

with DAG("nothing_to_moderate", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    for engine in ("bulk", "per_image"):
        for case, (prefix, manifest) in CASES.items():
            images = moderate_images(
                group_id=f"{engine}_{case}",
                engine=engine,
                source=f"s3://photos/{prefix}",
                output=f"s3://photos/out/{engine}/{case}/",
                manifest=manifest,
                preflight=False,  # the task manifest decides whether a run may be empty
            )
