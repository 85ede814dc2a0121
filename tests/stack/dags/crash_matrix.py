"""One task for each step at which a worker may die: its first try kills its own process there."""

from datetime import UTC, datetime, timedelta

from process_death import die, die_at

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.jobs.submission_records import SubmissionRecordStore
from airflow_provider_rekmedia.airflow_compat import DAG
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator

#: Where the process dies: class, method, before or after the call, and the number of the call from 1.
STEPS = {
    "before the intent is written": (SubmissionRecordStore, "write", "before", 1),
    "between the intent and the paid call": (MediaAnalysisJobs, "start", "before", 1),
    "between the paid call and the record": (MediaAnalysisJobs, "start", "after", 1),
    "after the record": (SubmissionRecordStore, "write", "after", 2),
    "at the first poll, before waiting": (MediaAnalysisJobs, "fetch", "after", 1),
}
WAITING_ONLY = {"while polling": (MediaAnalysisJobs, "fetch", "before", 2)}


class DyingOperator(RekognitionStartMediaAnalysisJobOperator):
    """The operator. Its first try dies at a step."""

    def __init__(self, *, step, **kwargs):
        super().__init__(**kwargs)
        self.step = step

    def execute(self, context):
        if context["ti"].try_number == 1 and isinstance(self.step, tuple):
            die_at(*self.step)
        job = super().execute(context)
        if context["ti"].try_number == 1 and self.step == "before returning":
            die()
        return job

    def execute_complete(self, context, event=None):
        job = super().execute_complete(context, event)
        if context["ti"].try_number == 1 and self.step == "before returning":
            die()
        return job


with DAG("crash_matrix", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
    for deferrable, steps in (
        (False, STEPS | WAITING_ONLY | {"before returning": "before returning"}),
        (True, STEPS | {"before returning": "before returning", "never": "never"}),
    ):
        mode = "deferrable" if deferrable else "waiting"
        for name, step in steps.items():
            DyingOperator(
                task_id=f"{mode}.{name.replace(',', '').replace(' ', '_')}",
                step=step,
                manifest="s3://photos/manifest.jsonl",
                output="s3://photos/out/",
                deferrable=deferrable,
                poll_interval=4 if deferrable else 1,
                retries=2,
                retry_delay=timedelta(seconds=1),
            )
