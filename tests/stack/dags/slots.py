"""Forty shards for five job slots."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator

with DAG("slots", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    RekognitionStartMediaAnalysisJobOperator.partial(
        task_id="moderate", output="s3://photos/out/", deferrable=True, poll_interval=5, retries=0
    ).expand(manifest=["s3://photos/manifest.jsonl"] * 40)
