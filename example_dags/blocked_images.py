"""Judge stored results again; act on blocked images when the verdicts change."""  # [START blocked_images]

from datetime import UTC, datetime

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.sdk import DAG, Asset, task

from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator

VERDICTS = Asset("s3://photos/verdicts/images/")

with DAG(
    "judge_again",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    params={"jobs": "s3://photos/moderation/jobs/"},
    description="Apply a stricter policy to stored results, without new calls to Rekognition",
    tags=["moderation", "rekognition"],
    doc_md="Trigger it by hand after a run of `nightly_moderation` or `moderate_images`.",
):

    @task
    def find_results(*, params):
        bucket, prefix = S3Hook.parse_s3_url(params["jobs"])
        keys = S3Hook().list_keys(bucket, prefix)
        found = [f"s3://{bucket}/{key}" for key in keys if key.endswith("-results.jsonl")]
        if not found:
            message = f"There are no results under {params['jobs']}. Run nightly_moderation first."
            raise LookupError(message)
        return found

    judged = RekognitionMediaAnalysisResultsOperator(
        task_id="judged",
        job=find_results(),  # uris of stored results: no call, no cost
        policy={"name": "stricter", "labels": {"Alcohol": "block"}, "default": "review"},
        parquet="s3://photos/verdicts/",
        outlets=[VERDICTS],
    )

with DAG(
    "blocked_images",
    schedule=[VERDICTS],
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    description="Report blocked images whenever the table of verdicts changes",
    tags=["moderation", "rekognition"],
    doc_md="Runs after `judge_again`. If you trigger it by hand, it reports the newest table of verdicts.",
):

    @task(inlets=[VERDICTS])
    def act(*, inlet_events, triggering_asset_events=None, triggering_dataset_events=None):
        by_asset = triggering_asset_events or triggering_dataset_events or {}  # Airflow 3's name, and 2's
        # One run can have several events: all since the previous run. A manual run has none.
        events = [event for each in by_asset.values() for event in each] or list(inlet_events[VERDICTS])[-1:]
        if not events:
            message = f"{VERDICTS.uri} has no events yet. Run judge_again first."
            raise LookupError(message)
        for event in events:
            print(f"{event.extra['counts']['block']} images are blocked: {event.extra['table_uris']}")
        return sum(event.extra["counts"]["block"] for event in events)

    acted = act()
# [END blocked_images]
