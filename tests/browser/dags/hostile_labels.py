"""A run whose labels, file names and policy contain HTML."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG, task
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator

with DAG(
    "hostile_labels", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), default_args={"retries": 2}
):
    judged = RekognitionMediaAnalysisResultsOperator(
        task_id="results",
        job="s3://photos/<img src=x onerror=window.XSS=1>.jsonl",
        policy={"name": "</script><script>window.XSS=1</script>", "labels": {"Explicit": {"review": 90}}},
        report="s3://photos/'><script>window.XSS=1</script>/",
    )

    @task
    def notify() -> None:
        """Write no report."""

    judged >> notify()
