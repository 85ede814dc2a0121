"""The examples of docs/operators and docs/sensors; test_documented_dags.py runs them."""

from datetime import UTC, datetime

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.sdk import DAG, PokeReturnValue, task

from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.operators.preflight import RekognitionPreflightOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.operators.verdicts import RekognitionApplyVerdictsOperator
from airflow_provider_rekmedia.sensors.media_analysis import RekognitionMediaAnalysisJobSensor
from airflow_provider_rekmedia.services.export_training_manifest import export_training_manifest
from airflow_provider_rekmedia.task_groups.review import review_images

with DAG("how_to", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    # [START howto_operator_preflight]
    preflight = RekognitionPreflightOperator(
        task_id="preflight",
        engine="bulk",
        manifest={"source": "s3://photos/uploads/", "manifest_prefix": "s3://photos/manifests/"},
        analysis={"output": "s3://photos/jobs/", "min_confidence": 60},
        results={"policy": {"labels": {"Explicit": {"block": 80}}}, "report": "s3://photos/report/"},
    )
    # [END howto_operator_preflight]

    # [START howto_operator_manifest]
    manifest = RekognitionCreateManifestOperator(
        task_id="manifest",
        source="s3://photos/uploads/",
        manifest_prefix="s3://photos/manifests/",
        modified_after="2026-01-01T00:00:00+00:00",
        max_images=5_000,
    )
    # [END howto_operator_manifest]

    others = RekognitionCreateManifestOperator(
        task_id="others",
        source="s3://photos/uploads/",
        pattern="uploads/[c-z]*",
        manifest_prefix="s3://photos/manifests/",
    )

    # [START howto_operator_media_analysis]
    moderate = RekognitionStartMediaAnalysisJobOperator.partial(
        task_id="moderate",
        output="s3://photos/jobs/",
        min_confidence=60,
        deferrable=True,
        poll_interval=30,
        timeout=4 * 60 * 60,
        retries=2,
    ).expand(manifest=manifest.output)
    # [END howto_operator_media_analysis]

    # [START howto_sensor_media_analysis]
    start = RekognitionStartMediaAnalysisJobOperator(
        task_id="start",
        manifest="{{ ti.xcom_pull('manifest')[0] }}",
        output="s3://photos/others/",
        wait_for_completion=False,
    )
    job = RekognitionMediaAnalysisJobSensor(
        task_id="job", job=start.output, mode="reschedule", poke_interval=30, timeout=4 * 60 * 60
    )
    # [END howto_sensor_media_analysis]
    manifest >> start

    # [START howto_operator_moderation_labels]
    analyze = RekognitionDetectModerationLabelsOperator.partial(
        task_id="analyze",
        output="s3://photos/jobs/",
        min_confidence=60,
        max_tps=40,
        max_failed="2%",
        retries=2,
        max_active_tis_per_dagrun=1,
    ).expand(manifest=others.output)
    # [END howto_operator_moderation_labels]

    # [START howto_operator_results]
    results = RekognitionMediaAnalysisResultsOperator(
        task_id="results", job=moderate.output, verdicts="s3://photos/verdicts/"
    )
    # [END howto_operator_results]
    RekognitionMediaAnalysisResultsOperator(task_id="one", job=job.output)

    # [START howto_apply_verdicts]
    quarantine = RekognitionApplyVerdictsOperator(
        task_id="quarantine",
        verdicts=results.output["verdicts"],
        actions={"block": "move", "review": "tag"},
        action_log="s3://photos/actions/",
        quarantine="s3://photos/quarantine/",
        holds="s3://photos/holds/",
        max_objects=1_000,  # more images than this are more likely a wrong policy
    )
    # [END howto_apply_verdicts]

    # [START howto_call_function]
    site = []

    def set_hidden(images):
        site.extend(image["uri"] for image in images)  # call your site here
        return []  # the uris of images that your site could not hide

    call = RekognitionApplyVerdictsOperator(
        task_id="call",
        verdicts=results.output["verdicts"],
        actions={"block": set_hidden},
        action_log="s3://photos/actions/",
    )
    # [END howto_call_function]

    # [START howto_act_on_verdicts]
    @task
    def hide(verdicts):
        hidden = 0
        for image in iter_verdict_rows(verdicts["uris"], RekognitionHook().objects):
            if image.verdict == "block":
                hidden += 1  # call your site here, with image.uri
        return hidden

    hide(results.output["verdicts"])
    # [END howto_act_on_verdicts]

    # [START howto_training_manifest]
    @task
    def export_labels():
        return export_training_manifest(
            RekognitionHook(aws_conn_id="aws_default").objects,
            reviews="s3://photos/moderation/review/",  # the argument review of the tasks
            output="s3://photos/adapter/",
            holds="s3://photos/moderation/holds/",
            bucket="photos",  # all images of a dataset must be in one bucket
        )

    export_labels()
    # [END howto_training_manifest]

    # [START howto_review_by_file]
    reviewed = review_images(
        verdicts=results.output["verdicts"],
        review="s3://photos/review/",
        ask=False,  # no task waits for a person in Airflow
        finish={"decisions_file": "{{ ti.xcom_pull(task_ids='wait_for_decisions') }}"},
    )

    @task.sensor(mode="reschedule", poke_interval=60, timeout=10 * 60 * 60)
    def wait_for_decisions(queues, ds=None):
        if not queues:
            return True  # there is nothing to review
        uri = f"s3://photos/decisions/{ds}.csv"
        return PokeReturnValue(is_done=S3Hook().check_for_key(uri), xcom_value=uri)

    wait_for_decisions(reviewed.plan.output) >> reviewed.finish
    # [END howto_review_by_file]
