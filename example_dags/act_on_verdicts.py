"""Moderate images, and act on every blocked image."""  # [START act_on_verdicts]

from datetime import UTC, datetime

from airflow.sdk import DAG, task

from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.task_groups.moderation import moderate_images

with DAG(
    "act_on_verdicts",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    description="Moderate the images of a prefix, and hide every blocked image",
    tags=["moderation", "rekognition"],
    doc_md="Trigger it by hand. It acts on the verdict files, which have every image that is not allowed.",
):
    images = moderate_images(
        source="s3://photos/uploads/",
        output="s3://photos/hidden/",  # the verdict files are in s3://photos/hidden/verdicts/
        engine="per_image",
        policy={"labels": {"Drugs & Tobacco": {"block": 80}}, "default": "review"},
    )

    @task
    def hide_blocked(verdicts):
        hidden = 0
        for image in iter_verdict_rows(verdicts["uris"], RekognitionHook().objects):
            if image.verdict != "block":
                break  # the worst images come first, so all further images are for review
            print(f"{image.uri} is hidden by the rule {image.rule}")  # call your site here
            hidden += 1
        return hidden

    hide_blocked(images.results.output["verdicts"])
# [END act_on_verdicts]
