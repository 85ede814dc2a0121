"""A job, as the service describes it and as tasks pass it on: the only place for its statuses and keys."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeGuard, assert_never

from airflow_provider_rekmedia.core.errors import (
    FilesMissing,
    InvalidJob,
    JobFailed,
    MalformedAnswer,
    UnknownStatus,
)
from airflow_provider_rekmedia.core.job_failure import JobFailure
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = [
    "PER_IMAGE_ID_PREFIX",
    "Engine",
    "Job",
    "JobStatus",
    "decode_job",
    "encode_job",
    "is_job_id",
    "parse_job",
]

#: The start of the ids of per-image jobs. Ids of AWS are 64 hexadecimal digits.
PER_IMAGE_ID_PREFIX: Final = "per-image-"

_MAX_PCT: Final = 100
_JOB_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class JobStatus(StrEnum):
    """The five statuses of a job, as AWS spells them. A test compares them with botocore's model."""

    CREATED = "CREATED"
    QUEUED = "QUEUED"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """Whether the job will never change again."""
        match self:
            case JobStatus.SUCCEEDED | JobStatus.FAILED:
                return True
            # (unknown: created-or-queued)
            case JobStatus.CREATED | JobStatus.QUEUED | JobStatus.IN_PROGRESS:
                return False
            case _:
                assert_never(self)


class Engine(StrEnum):
    """How a job runs."""

    BULK = "bulk"
    PER_IMAGE = "per_image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """
    One analysis of one manifest. Fields that are not known yet are ``None``.

    :param manifest_version: S3 object version of the manifest, if the request pinned one.
    :param min_confidence: Percent, if the request has it. The service returned no labels below it.
    :param created_at: When the service accepted the job, aware UTC.
    :param failure: Why the job ended FAILED. It is raised as an error, so the encoded job does not have it.
    """

    job_id: str
    engine: Engine
    status: JobStatus
    manifest_uri: str | None = None
    manifest_version: str | None = None
    results_uri: str | None = None
    summary_uri: str | None = None
    model_version: str | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    output_uri: str | None = None
    min_confidence: float | None = None
    failure: JobFailure | None = None

    @property
    def is_results_only(self) -> bool:
        """Whether only the results file is known, because the user passed its uri."""
        return self.results_uri is not None and not (self.manifest_uri or self.summary_uri or self.output_uri)

    def require_success(self) -> "Job":
        """
        Return the job if it SUCCEEDED. Its files are not read before (unknown: output-writing).

        :raises JobFailed: The job ended FAILED; the error has the code, the message, and what to do.
        :raises FilesMissing: The job is not final.
        """
        match self.status:
            case JobStatus.SUCCEEDED:
                return self
            case JobStatus.FAILED:
                failure = self.failure or JobFailure(code="unknown", message="AWS gave no reason")
                raise JobFailed(job_id=self.job_id, code=failure.code, message=failure.message)
            case JobStatus.CREATED | JobStatus.QUEUED | JobStatus.IN_PROGRESS:
                raise FilesMissing(job_id=self.job_id, status=self.status)
            case _:
                assert_never(self.status)

    def with_failure(self, failure: JobFailure) -> "Job":
        """Return the same job with the reason why it FAILED."""
        return replace(self, failure=failure)


_ENCODED = tuple(field.name for field in fields(Job) if field.name != "failure")
#: Keys that are absent if the request does not have them.
_OPTIONAL: Final = ("manifest_version", "min_confidence")


def parse_job(response: Mapping[str, Any]) -> Job:
    """
    Parse one job of GetMediaAnalysisJob or ListMediaAnalysisJobs.

    :param response: The response, or one member of the list, as boto3 returns it.
    :raises UnknownStatus: The status is not one of the five.
    :raises MalformedAnswer: A required member is missing.
    """
    try:
        job_id, status = response["JobId"], response["Status"]
    except KeyError as missing:
        raise MalformedAnswer(operation="GetMediaAnalysisJob", missing=missing.args[0]) from None
    if status not in JobStatus.__members__:
        raise UnknownStatus(job_id=job_id, status=status)
    failure = response.get("FailureDetails")
    return Job(
        job_id=job_id,
        engine=Engine.BULK,
        status=JobStatus(status),
        manifest_uri=_object_uri(response.get("Input")),
        manifest_version=_member(response, "Input", "S3Object", "Version"),
        # The keys are never built (unknown: output-keys).
        results_uri=_object_uri(response.get("Results")),
        summary_uri=_object_uri(response.get("ManifestSummary")),
        model_version=_member(response, "Results", "ModelVersions", "Moderation"),
        created_at=_utc(response.get("CreationTimestamp")),
        completed_at=_utc(response.get("CompletionTimestamp")),
        output_uri=_output_uri(response.get("OutputConfig")),
        min_confidence=_member(response, "OperationsConfig", "DetectModerationLabels", "MinConfidence"),
        failure=JobFailure(failure.get("Code", "unknown"), failure.get("Message", "")) if failure else None,
    )


def encode_job(job: Job) -> dict[str, Any]:
    """
    Encode the JSON-serializable dict that tasks pass on. Times are ISO 8601 in UTC.

    All keys are always present, except ``manifest_version`` and ``min_confidence``: they need a request that
    has them.
    """
    encoded = {name: getattr(job, name) for name in _ENCODED} | {
        "engine": job.engine.value,
        "status": job.status.value,
        "created_at": job.created_at and job.created_at.isoformat(),
        "completed_at": job.completed_at and job.completed_at.isoformat(),
    }
    return {name: value for name, value in encoded.items() if value is not None or name not in _OPTIONAL}


def decode_job(value: Mapping[str, Any]) -> Job:
    """
    Decode a dict of :func:`encode_job`. Keys of a later version are ignored.

    :param value: Untrusted, and the id becomes part of object keys. A time without an offset is UTC.
    :raises InvalidJob: The id, the engine or the status is missing or unknown, a time is malformed,
        ``min_confidence`` is not a percentage, or another value is not text.
    """
    known = {name: value[name] for name in _ENCODED if value.get(name) is not None}
    min_confidence = _parse_pct(value, known.pop("min_confidence", None))
    for name, text in known.items():
        if not isinstance(text, str):
            raise InvalidJob(value=value, problem=f"its {name} is a {type(text).__name__}, not text")
    if not is_job_id(known.get("job_id")):
        problem = "its job_id is not 1 to 64 letters, digits, hyphens, underscores"
        raise InvalidJob(value=value, problem=problem)
    try:
        job = Job(**known)
        return replace(
            job,
            engine=Engine(job.engine),
            status=JobStatus(job.status),
            created_at=_parse_time(known.get("created_at")),
            completed_at=_parse_time(known.get("completed_at")),
            min_confidence=min_confidence,
        )
    except (TypeError, ValueError, OverflowError) as problem:
        raise InvalidJob(value=value, problem=problem) from problem


def is_job_id(value: object) -> TypeGuard[str]:
    """Whether the value is an id that AWS allows: 1 to 64 characters of ``[a-zA-Z0-9_-]``."""
    return isinstance(value, str) and _JOB_ID.fullmatch(value) is not None


def _member(response: Mapping[str, Any], *path: str) -> Any:
    value: Any = response
    for name in path:
        value = (value or {}).get(name)
    return value


def _object_uri(holder: Mapping[str, Any] | None) -> str | None:
    s3_object = _member(holder or {}, "S3Object") or {}
    if "Bucket" not in s3_object or "Name" not in s3_object:
        return None
    return str(S3Uri(s3_object["Bucket"], s3_object["Name"]))


def _output_uri(output: Mapping[str, Any] | None) -> str | None:
    if not output or "S3Bucket" not in output:
        return None
    prefix = output.get("S3KeyPrefix", "")
    return str(S3Uri(output["S3Bucket"], f"{prefix.rstrip('/')}/" if prefix else ""))


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None


def _parse_pct(job: Mapping[str, Any], value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MAX_PCT:
        return value
    raise InvalidJob(value=job, problem="its min_confidence is not a percentage from 0 to 100")


def _parse_time(text: str | None) -> datetime | None:
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
