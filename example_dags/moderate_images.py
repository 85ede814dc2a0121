"""Every night, in one call, with the engine that is open to every account."""  # [START moderate_images]

from datetime import UTC, datetime

from airflow.sdk import DAG, task
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_rekmedia.task_groups.moderation import moderate_images

with DAG(
    "moderate_images",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # a run that overlaps another would pay for the same images
    default_args={"retries": 2},
):
    images = moderate_images(
        source="s3://photos/uploads/",
        output="s3://photos/moderation/",
        engine="per_image",  # or "bulk", for an account that has it
        policy={"labels": {"Explicit": {"block": 80}}, "default": "review"},
        ledger="s3://photos/moderation/ledger/",
        per_image={"max_tps": 40},
        bulk={"deferrable": True},
    )

    @task
    def tell(counts):
        print(f"{counts['block']} of {counts['images']} images are blocked")

    tell(images.results.output["counts"])
# [END moderate_images]
