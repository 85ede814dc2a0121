"""What a job is asked to do, and the StartMediaAnalysisJob request that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["ARGUMENT_BY_MEMBER", "MediaAnalysisRequest", "encode_request", "is_job_of_request"]

#: Which argument of ours fills which member of the request, for errors in the user's words.
ARGUMENT_BY_MEMBER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ClientRequestToken": "client_request_token",
        "Input.S3Object.Bucket": "manifest",
        "Input.S3Object.Name": "manifest",
        "Input.S3Object.Version": "manifest_version",
        "JobName": "job_name",
        "KmsKeyId": "kms_key_id",
        "OperationsConfig.DetectModerationLabels.MinConfidence": "min_confidence",
        "OperationsConfig.DetectModerationLabels.ProjectVersion": "project_version",
        "OutputConfig.S3Bucket": "output",
        "OutputConfig.S3KeyPrefix": "output",
    }
)

#: A percentage may come back in single precision.
_SAME_PCT: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAnalysisRequest:
    """
    One job to start.

    :param manifest: The manifest.
    :param output: The prefix under which the service writes results and summary.
    :param job_name: 1 to 64 characters of ``[a-zA-Z0-9_.-]``; need not be unique.
    :param manifest_version: S3 object version of the manifest; ``None`` is the newest.
    :param min_confidence: Percent, 0 to 100 inclusive; labels below it are not answered. ``None`` leaves it
        to the service (50, by the DetectModerationLabels documentation).
    :param project_version: ARN of a Custom Moderation adapter; ``None`` is the pre-trained model.
    :param kms_key_id: Key that encrypts the copied images, results and summary; ``None`` leaves it to the
        service.
    """

    manifest: S3Uri
    output: S3Uri
    job_name: str
    manifest_version: str | None = None
    min_confidence: float | None = None
    project_version: str | None = None
    kms_key_id: str | None = None


def encode_request(request: MediaAnalysisRequest) -> dict[str, Any]:
    """
    Make the arguments of boto3's ``start_media_analysis_job``, all but the request token.

    The prefix goes out without the slash at its end: AWS's example joins ``output-location`` and the file's
    name with one, and what it does to a prefix that has its own is not documented.
    """
    source = {"Bucket": request.manifest.bucket, "Name": request.manifest.key}
    moderation = {"MinConfidence": request.min_confidence, "ProjectVersion": request.project_version}
    return {
        "JobName": request.job_name,
        "OperationsConfig": {"DetectModerationLabels": _without_none(moderation)},
        "Input": {"S3Object": _without_none(source | {"Version": request.manifest_version})},
        "OutputConfig": {"S3Bucket": request.output.bucket}
        | _without_none({"S3KeyPrefix": request.output.key.rstrip("/") or None}),
    } | _without_none({"KmsKeyId": request.kms_key_id})


def is_job_of_request(described: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    """
    Tell whether a job may be what became of a request: every member is the same, but the token.

    :param described: The job as ListMediaAnalysisJobs and GetMediaAnalysisJob describe it: with what "was
        provided in the creation request", says the API reference; the token they do not tell.
    :param request: As :func:`encode_request` makes it.
    """
    paths = ARGUMENT_BY_MEMBER.keys() - {"ClientRequestToken"}
    return all(_is_same(_member(described, path), _member(request, path)) for path in paths)


def _is_same(told: Any, asked: Any) -> bool:
    if isinstance(asked, float):
        return told is not None and abs(told - asked) < _SAME_PCT
    return bool((told or None) == asked)  # no prefix may be told as an empty one


def _member(holder: Mapping[str, Any], path: str) -> Any:
    found: Any = holder
    for name in path.split("."):
        found = (found or {}).get(name)
    return found


def _without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
