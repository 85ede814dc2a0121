"""A person decides about the images of a queue; then the run goes on."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG, task
from airflow_provider_rekmedia.operators.review import RekognitionReviewOperator

with DAG(
    "review_photos",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    params={"queue_uri": ""},
    default_args={"retries": 2},
):
    reviewed = RekognitionReviewOperator(task_id="review", queue_uri="{{ params.queue_uri }}")

    @task
    def after() -> None:
        """Do nothing: that it runs is enough."""

    reviewed >> after()
