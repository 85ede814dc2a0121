"""Every night: moderate the images that came in during the day."""  # [START nightly_moderation]

from datetime import UTC, datetime

from airflow.providers.common.compat.sdk import dag, task
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator


@dag(
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    default_args={"retries": 2},
    params={"images": "s3://photos/uploads/", "output": "s3://photos/moderation/"},
)
def nightly_moderation():
    manifest = RekognitionCreateManifestOperator(
        task_id="manifest",
        source="{{ params.images }}",
        manifest_prefix="{{ params.output }}manifests/",
        modified_after="{{ data_interval_start }}",
        modified_before="{{ data_interval_end }}",
    )
    moderate = RekognitionStartMediaAnalysisJobOperator.partial(
        task_id="moderate", output="{{ params.output }}jobs/", min_confidence=60, deferrable=True
    ).expand(manifest=manifest.output["manifests"])
    results = RekognitionMediaAnalysisResultsOperator(task_id="results", job=moderate.output)

    @task
    def tell(counts, flagged):
        print(f"{counts['flagged']} of {counts['images']} images were flagged; the worst: {flagged[:3]}")

    tell(results.output["counts"], results.output["flagged"])


nightly_moderation()  # [END nightly_moderation]
