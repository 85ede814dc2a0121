"""Every night: moderate the images that were uploaded during the day."""  # [START nightly_moderation]

from datetime import UTC, datetime

from airflow.sdk import DAG, task
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.operators.verdicts import RekognitionApplyVerdictsOperator

with DAG(
    "nightly_moderation",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    default_args={"retries": 2},
    params={"images": "s3://photos/uploads/", "output": "s3://photos/moderation/"},
    description="Moderate the images of one day with a Rekognition bulk job",
    tags=["moderation", "rekognition"],
    doc_md="Moderates the images that were uploaded in the data interval of the run. "
    "A run without a logical date moderates the last 24 hours.",
):
    manifest = RekognitionCreateManifestOperator(
        task_id="manifest",
        source="{{ params.images }}",
        manifest_prefix="{{ params.output }}manifests/",
        # A run without a logical date has no data interval.
        modified_after="{{ data_interval_start if dag_run.logical_date else"
        " dag_run.run_after - macros.timedelta(days=1) }}",
        modified_before="{{ data_interval_end if dag_run.logical_date else dag_run.run_after }}",
    )
    moderate = RekognitionStartMediaAnalysisJobOperator.partial(
        task_id="moderate", output="{{ params.output }}jobs/", deferrable=True, poll_interval=10
    ).expand(manifest=manifest.output)
    results = RekognitionMediaAnalysisResultsOperator(
        task_id="results",
        job=moderate.output,
        policy={"labels": {"Explicit": {"block": 80}, "Drugs & Tobacco": {"block": 80}}, "default": "review"},
        verdicts="{{ params.output }}verdicts/",
        parquet="{{ params.output }}tables/",
        report="{{ params.output }}report/",
    )

    @task.short_circuit
    def is_anything_blocked(counts):
        return counts["block"] > 0

    @task
    def report_blocked(counts, flagged):
        print(f"{counts['block']} of {counts['images']} images are blocked. The worst: {flagged[:3]}")

    quarantine = RekognitionApplyVerdictsOperator(
        task_id="quarantine",
        verdicts=results.output["verdicts"],
        actions={"block": "move"},  # the Dag undo_actions moves them back
        action_log="{{ params.output }}actions/",
        quarantine="{{ params.output }}quarantine/",
        source="{{ params.images }}",
        max_share="20%",  # more blocked images than this are more likely a wrong policy
    )
    reported = report_blocked(results.output["counts"], results.output["flagged"])
    is_anything_blocked(results.output["counts"]) >> [quarantine, reported]
# [END nightly_moderation]
