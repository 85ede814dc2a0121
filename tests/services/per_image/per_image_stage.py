"""A job of the per-image engine, in front of the emulator, without an Airflow."""

from dataclasses import replace

from aws_stage import MANIFEST, OUTPUT

from airflow_provider_rekmedia.adapters.results.result_files import iter_outcomes
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.per_image.lease import LeaseTimes
from airflow_provider_rekmedia.core.per_image.settings import OnExpiredAdapter
from airflow_provider_rekmedia.services.per_image.manifest_lines import read_manifest_lines
from airflow_provider_rekmedia.services.per_image.options import PerImageOptions
from airflow_provider_rekmedia.services.per_image.resumable_job import run_or_resume

AT_ONCE = 4
#: A try after a kill need not wait for long. No two tries run at once here.
SOON_EXPIRED = LeaseTimes(lease_s=0.2, poll_s=0.05)


def moderate(
    stage,
    *,
    on_progress=lambda _: None,
    on_expired_adapter=OnExpiredAdapter.WARN,
    max_concurrency=AT_ONCE,
    max_tps=None,
    is_stopped=lambda: False,
    asked=None,
    **changes,
):
    """One try."""
    request = replace(MediaAnalysisRequest(manifest=MANIFEST, output=OUTPUT, job_name="nightly"), **changes)
    options = PerImageOptions(
        max_tps=max_tps,
        max_concurrency=max_concurrency,
        on_expired_adapter=on_expired_adapter,
        on_progress=on_progress,
        is_stopped=is_stopped,
        lease_times=SOON_EXPIRED,
    )
    lines = read_manifest_lines(stage.objects, request, "us-east-1")
    return run_or_resume(
        asked or stage.ask(**changes),
        request,
        lines,
        client=stage.rekognition,
        objects=stage.objects,
        options=options,
    )


def calls(stage):
    """Count the DetectModerationLabels calls so far, including refused ones."""
    return stage.calls("DetectModerationLabels")


def outcomes_of(stage, job):
    """Return the results and the failures that the results operator reads."""
    parts = list(iter_outcomes(job, stage.objects))
    results = [result for part in parts for result in part.results]
    return results, [failure for part in parts for failure in part.failures]


def bulk_job(stage, **changes):
    """Run the same job with the emulator's bulk analysis."""
    submitted = stage.submit(stage.ask(task="bulk", **changes))
    stage.finish(submitted.job_id)
    return stage.jobs.fetch(submitted.job_id)
