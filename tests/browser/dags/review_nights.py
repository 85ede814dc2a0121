"""Whole reviews, from verdict files to final verdicts: one is answered, one is not answered in time."""

from datetime import UTC, datetime, timedelta

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.task_groups.review import review_images

for dag_id, timeout in (("answered_nights", None), ("unanswered_nights", timedelta(seconds=1))):
    with DAG(
        dag_id,
        schedule=None,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        max_active_runs=1,  # the next night waits for the end of this one
        params={"verdicts": ""},
        default_args={"retries": 2},
    ):
        review_images(
            verdicts="{{ params.verdicts }}",
            review="s3://photos/nights/",
            question={"response_timeout": timeout},
        )
