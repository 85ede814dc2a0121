"""Every night, in one call, with the engine that every account can use."""  # [START moderate_images]

from datetime import UTC, datetime

from airflow.sdk import DAG, task
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_rekmedia.task_groups.moderation import moderate_images

with DAG(
    "moderate_images",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two runs at the same time would pay for the same images twice
    default_args={"retries": 2},
    description="Moderate all new images of a prefix, image by image",
    tags=["moderation", "rekognition"],
    doc_md="Moderates every image that is not in the ledger. "
    "The next run moderates only images that are new or have changed.",
):
    images = moderate_images(
        source="s3://photos/uploads/",
        output="s3://photos/moderation/",
        engine="per_image",  # or "bulk", if the account has access to it
        policy={"labels": {"Explicit": {"block": 80}}, "default": "review"},
        ledger="s3://photos/moderation/ledger/",
        per_image={"max_tps": 40},
        bulk={"deferrable": True},
    )

    @task
    def report_blocked(counts):
        print(f"{counts['block']} of {counts['images']} images are blocked")

    report_blocked(images.results.output["counts"])
# [END moderate_images]
