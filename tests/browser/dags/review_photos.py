"""A person decides about the images of a queue: anybody with the permission, or one assigned user."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.operators.review import RekognitionReviewOperator

#: With the simple auth manager, the id is the name of the user.
ASSIGNED = {"id": "op", "name": "Night shift"}

for dag_id, assigned in (("review_photos", None), ("assigned_photos", ASSIGNED)):
    with DAG(
        dag_id,
        schedule=None,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        params={"queue_uri": ""},
        default_args={"retries": 2},
    ):
        RekognitionReviewOperator(
            task_id="review", queue_uri="{{ params.queue_uri }}", assigned_users=assigned
        )
