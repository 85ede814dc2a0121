"""The request of a job, and the StartMediaAnalysisJob call that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["ARGUMENT_BY_MEMBER", "MediaAnalysisRequest", "encode_request", "is_job_of_request"]

#: The operator argument for each member of the request, so that errors can name the argument.
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

#: The service may return a percentage in single precision.
_SAME_PCT: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAnalysisRequest:
    """
    One job to start.

    :param manifest: The manifest.
    :param output: The prefix under which the service writes results and summary.
    :param job_name: 1 to 64 characters of ``[a-zA-Z0-9_.-]``; it need not be unique.
    :param manifest_version: S3 object version of the manifest; ``None`` is the newest.
    :param min_confidence: Percent, 0 to 100 inclusive. The service returns no labels below it. ``None`` is
        the default of the service (50, as documented for DetectModerationLabels; unknown:
        default-min-confidence).
    :param project_version: ARN of a Custom Moderation adapter; ``None`` is the pre-trained model.
    :param kms_key_id: Key that encrypts the copied images, results and summary; ``None`` is the default of
        the service.
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
    Encode the arguments of boto3's ``start_media_analysis_job``, except the request token.

    The prefix is sent without its last slash: in AWS's example, the service joins ``output-location`` and the
    file name with a slash. AWS does not document what happens to a prefix that ends in one (unknown:
    prefix-join).
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
    Whether a job can be the result of a request: all members are equal. The token cannot be compared.

    :param described: The job as ListMediaAnalysisJobs or GetMediaAnalysisJob returns it. By the API
        reference, it has the members that were "provided in the creation request", but not the token.
    :param request: The result of :func:`encode_request`.
    """
    paths = ARGUMENT_BY_MEMBER.keys() - {"ClientRequestToken"}
    return all(_is_same(_member(described, path), _member(request, path)) for path in paths)


def _is_same(returned: Any, requested: Any) -> bool:
    if isinstance(requested, float):
        return returned is not None and abs(returned - requested) < _SAME_PCT
    return bool((returned or None) == requested)  # the service may return an absent prefix as an empty one


def _member(holder: Mapping[str, Any], path: str) -> Any:
    value: Any = holder
    for name in path.split("."):
        value = (value or {}).get(name)
    return value


def _without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
