"""Thirty jobs that end before the scheduler sees that their task deferred."""

from datetime import UTC, datetime, timedelta

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator

with DAG("quick_jobs", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    RekognitionStartMediaAnalysisJobOperator.partial(
        task_id="moderate",
        output="s3://photos/out/",
        deferrable=True,
        poll_interval=0.2,
        retries=1,
        retry_delay=timedelta(seconds=1),
    ).expand(manifest=["s3://photos/manifest.jsonl"] * 30)
