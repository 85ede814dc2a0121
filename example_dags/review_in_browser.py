"""Moderate images, and wait for a person who decides about the grey zone in the browser."""

import re
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from airflow.sdk import DAG

from airflow_provider_rekmedia.task_groups.moderation import moderate_images


def review_in_browser():
    moderate_images(
        group_id="images",
        source="s3://photos/uploads/",
        output="s3://photos/reviewed/",
        engine="per_image",
        policy={
            "labels": {
                "Swimwear or Underwear": {"review": 50},
                "Alcohol": {"review": 50},
                "Gambling": {"review": 50},
                "Drugs & Tobacco": {"block": 95, "review": 50},
                "Violence": {"review": 50},
            }
        },
        review={
            "plan": {
                "reviewed_verdicts": ["review", "block"],
                "audit_clean": 6,  # images without a label: does the policy miss anything?
            },
            "question": {"response_timeout": timedelta(days=1)},
        },
        actions={"block": "tag"},  # a tag hides nothing, so the images can be reviewed again
        act={"max_share": "100%"},
    )


with DAG(
    "review_in_browser",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    max_active_runs=1,
    default_args={"retries": 2},
    description="Moderate the sample images, and let a person decide about the grey zone",
    tags=["moderation", "rekognition", "review"],
    doc_md="The run waits for a person: open *Browse*, *Moderation*. It needs Airflow 3.1 or newer.",
) as dag:
    # Airflow before 3.1 cannot ask a person.
    if [int(part) for part in re.findall(r"\d+", version("apache-airflow"))[:2]] >= [3, 1]:
        review_in_browser()
