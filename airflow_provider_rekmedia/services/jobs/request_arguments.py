"""Builds the request of a job from the arguments that the operators of both engines share."""

from typing import Any

from airflow_provider_rekmedia.core.arguments import parse_optional_percent, parse_optional_text
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, default_job_name
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.s3_uri import parse_s3_prefix, parse_s3_uri

__all__ = ["parse_request"]


def parse_request(
    identity: TaskIdentity,
    *,
    manifest: str,
    output: str,
    manifest_version: Any = None,
    min_confidence: Any = None,
    project_version: Any = None,
    kms_key_id: Any = None,
    job_name: Any = None,
) -> MediaAnalysisRequest:
    """
    Parse rendered arguments. See :class:`MediaAnalysisRequest` for their meaning.

    :param identity: The task instance; it names the job if *job_name* has no value.
    :raises InvalidInput: An argument is not what it must be.
    """
    return MediaAnalysisRequest(
        manifest=parse_s3_uri(manifest),
        output=parse_s3_prefix(output),
        job_name=parse_optional_text("job_name", job_name) or default_job_name(identity),
        manifest_version=parse_optional_text("manifest_version", manifest_version),
        min_confidence=parse_optional_percent("min_confidence", min_confidence),
        project_version=parse_optional_text("project_version", project_version),
        kms_key_id=parse_optional_text("kms_key_id", kms_key_id),
    )
