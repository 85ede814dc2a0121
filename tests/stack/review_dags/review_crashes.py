"""One review for each step at which a worker may die: the first try of one task kills its process there."""

from datetime import UTC, datetime, timedelta

from process_death import die_at

from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.airflow_compat import DAG, TaskGroup
from airflow_provider_rekmedia.operators.review import (
    RekognitionFinishReviewOperator,
    RekognitionPlanReviewOperator,
    RekognitionReviewOperator,
)

#: Which task dies, and where: class, method, before or after the call, and the number of the call from 1.
STEPS = {
    "after_the_queue": ("plan", ReviewFiles, "write_queue", "after", 1),
    "after_the_plan": ("plan", ReviewFiles, "write_plan", "after", 1),
    "before_the_decisions": ("review", ReviewFiles, "write_decisions", "before", 1),
    "after_the_decisions": ("review", ReviewFiles, "write_decisions", "after", 1),
    "after_the_audit_trail": ("finish", S3Objects, "put_if_absent", "after", 1),
    "after_the_verdicts": ("finish", VerdictFiles, "write", "after", 1),
    # The first deletion is that of the preview of the escalated image.
    "after_the_earlier_images": ("finish", S3Objects, "delete", "after", 2),
}


def prepare(context):
    """Let the first try of a task die at its step, if the task is the one that dies in its review."""
    step, _, task = context["ti"].task_id.partition(".")
    dying, *place = STEPS[step]
    if context["ti"].try_number == 1 and task == dying:
        die_at(*place)


class DyingPlan(RekognitionPlanReviewOperator):
    """Dies in execute."""

    def execute(self, context):
        prepare(context)
        return super().execute(context)


class DyingReview(RekognitionReviewOperator):
    """Dies after the answer."""

    def execute_complete(self, context, event):
        prepare(context)
        return super().execute_complete(context, event)


class DyingFinish(RekognitionFinishReviewOperator):
    """Dies in execute."""

    def execute(self, context):
        prepare(context)
        return super().execute(context)


with DAG(
    "review_crashes",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    default_args={"retries": 2, "retry_delay": timedelta(seconds=1)},
):
    for step in STEPS:
        with TaskGroup(step):
            plan = DyingPlan(
                task_id="plan",
                verdicts="s3://photos/verdicts.jsonl.gz",
                review=f"s3://photos/{step}/",
            )
            review = DyingReview.partial(task_id="review").expand(queue_uri=plan.output)
            finish = DyingFinish(task_id="finish", plan=plan.output["plan"], trigger_rule="all_done")
            review >> finish
