"""Whenever the table of verdicts has changed: act on what is blocked."""  # [START blocked_images]

from datetime import UTC, datetime

from airflow.sdk import DAG, Asset, task

from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator

VERDICTS = Asset("s3://photos/verdicts/images/")

with DAG("judge_again", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    judged = RekognitionMediaAnalysisResultsOperator(
        task_id="judged",
        job=["s3://photos/moderation/jobs/1f2e-results.jsonl"],  # stored results: no call, no cost
        policy={"name": "stricter", "labels": {"Alcohol": "block"}, "default": "review"},
        parquet="s3://photos/verdicts/",
        outlets=[VERDICTS],
    )

with DAG("blocked_images", schedule=[VERDICTS], start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False):

    @task
    def act(*, triggering_asset_events=None, triggering_dataset_events=None):
        by_asset = triggering_asset_events or triggering_dataset_events or {}  # Airflow 3's name, and 2's
        # One run may be for several events: all that came since the run before.
        found = [event.extra for events in by_asset.values() for event in events]
        for each in found:
            print(f"{each['counts']['block']} images are blocked; their tables: {each['table_uris']}")
        return sum(each["counts"]["block"] for each in found)

    acted = act()
# [END blocked_images]
