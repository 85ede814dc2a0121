"""One manifest moderated three times over: waiting, deferred, and through the sensor."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.sensors.media_analysis import RekognitionMediaAnalysisJobSensor

REQUEST = {"manifest": "s3://photos/manifest.jsonl", "output": "s3://photos/out/"}

with DAG("three_modes", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    waiting = RekognitionStartMediaAnalysisJobOperator(task_id="waiting", deferrable=False, **REQUEST)
    deferred = RekognitionStartMediaAnalysisJobOperator(task_id="deferred", deferrable=True, **REQUEST)
    started = RekognitionStartMediaAnalysisJobOperator(
        task_id="started", wait_for_completion=False, deferrable=True, **REQUEST
    )
    poked = RekognitionMediaAnalysisJobSensor(
        task_id="poked", job=started.output, poke_interval=0.2, timeout=60, deferrable=False
    )
    rescheduled = RekognitionMediaAnalysisJobSensor(
        task_id="rescheduled",
        job=started.output,
        poke_interval=0.2,
        timeout=60,
        mode="reschedule",
        deferrable=False,
    )
    sensed = RekognitionMediaAnalysisJobSensor(
        task_id="sensed",
        job="{{ ti.xcom_pull('started')['job_id'] }}",
        poke_interval=0.2,
        timeout=60,
        deferrable=True,
    )
    started >> sensed
    for job in (waiting, deferred, poked, rescheduled, sensed):
        RekognitionMediaAnalysisResultsOperator(task_id=f"results_{job.task_id}", job=job.output)
