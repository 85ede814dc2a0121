"""Checks that the account may use the engine, without analyzing an image."""

from collections.abc import Iterator

from airflow_provider_rekmedia.adapters.per_image.moderation_labels import ModerationLabels
from airflow_provider_rekmedia.core.errors import AccessDenied, NoCredentials, ServiceError
from airflow_provider_rekmedia.core.jobs.job import Engine
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .state import PreflightState

__all__ = ["check_engine", "moderation_labels"]


def check_engine(state: PreflightState) -> Iterator[Finding]:
    """
    List one bulk job, or send one call that the service refuses as no image.

    Throttling and faults of the service are a note: the task of the engine waits until they pass.

    :raises ServiceError: The account is closed to bulk analysis, or the call was denied.
    """
    engine = state.plan.engine
    try:
        yield _check_bulk(state) if engine is Engine.BULK else _check_per_image(state)
    except ServiceError as error:
        if not error.retryable or isinstance(error, NoCredentials):
            raise
        text = f"not checked, because AWS did not reply as usual: {error.code}"
        yield Finding(check="engine", subject=engine.value, outcome=Outcome.NOTE, text=text)


def _check_per_image(state: PreflightState) -> Finding:
    moderation_labels(state).check_access()
    text = "DetectModerationLabels is allowed"
    return Finding(check="engine", subject="per_image", outcome=Outcome.OK, text=text)


def _check_bulk(state: PreflightState) -> Finding:
    try:
        state.clients.jobs.fetch_page(None, 1)
    except AccessDenied as error:
        text = (
            f"ListMediaAnalysisJobs was denied ({error.message.rstrip('.')}). The run works without it, more "
            "slowly. But if no policy of yours denies it, the account is closed to bulk analysis: then use "
            'engine="per_image".'
        )
        return Finding(check="engine", subject="bulk", outcome=Outcome.NOTE, text=text)
    return Finding(check="engine", subject="bulk", outcome=Outcome.OK, text="the account is open to it")


def moderation_labels(state: PreflightState) -> ModerationLabels:
    """Return the calls of the per-image engine, with the confidence and the adapter of the run."""
    request = MediaAnalysisRequest(
        manifest=S3Uri("", ""),
        output=S3Uri("", ""),
        job_name="preflight",
        min_confidence=state.plan.min_confidence,
        project_version=state.plan.project_version,
    )
    return ModerationLabels(state.clients.unretried_client(1), request)
