"""A job on the emulator, and its results read by the operator under test."""

from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator


def moderate(manifest, **changes):
    return run_task(
        RekognitionStartMediaAnalysisJobOperator(
            task_id="start", manifest=manifest, output="s3://photos/out/", poll_interval=0.1, **changes
        ),
        FakeTaskInstance(task_id=manifest),
    )


def read(job, ti=None, **changes):
    return run_task(RekognitionMediaAnalysisResultsOperator(task_id="results", job=job, **changes), ti)
