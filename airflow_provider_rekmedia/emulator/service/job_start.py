"""StartMediaAnalysisJob: the checks before a job is created."""

from collections.abc import Mapping
from typing import Final

from airflow_provider_rekmedia.emulator.jobs.job import Failure, FailureCode, Job
from airflow_provider_rekmedia.emulator.jobs.manifest import check_manifest
from airflow_provider_rekmedia.emulator.jobs.schedule import Schedule
from airflow_provider_rekmedia.emulator.protocol.errors import MESSAGES, ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion, Request
from airflow_provider_rekmedia.emulator.settings.settings import Settings
from airflow_provider_rekmedia.emulator.storage.object_storage import ObjectName, ObjectUnavailable

from .state import EmulatorState

__all__ = ["check_adapter", "make_failure", "parse_s3_object", "start_job"]

#: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_LARGE_REGIONS: Final = frozenset({"us-east-1", "us-west-2", "eu-west-1"})
_LARGE_QUOTA: Final = 20
_SMALL_QUOTA: Final = 5


def start_job(state: EmulatorState, request: Request) -> Job:
    """
    Start a job, or find the job that an earlier request with the same token started.

    A refused request does not use up its token.

    :raises ServiceError: the service refuses the request.
    """
    account_region, content, settings = request.account_region, request.content, state.settings
    with state.lock:
        now = state.now()
        existing = state.jobs.find_by_token(
            account_region, content, now=now, lifetime_s=settings.token_lifetime_s
        )
        if existing is not None:
            return existing
        if "DetectModerationLabels" not in content["OperationsConfig"]:
            raise ServiceError(ErrorCode.INVALID_PARAMETER)
        check_adapter(content["OperationsConfig"]["DetectModerationLabels"].get("ProjectVersion"), settings)
        _check_manifest(state, request)
        _check_output(state, request)
        _check_quota(state, account_region)
        job = state.jobs.add(account_region, content, schedule=Schedule.from_settings(settings), now=now)
        if triggered := state.faults.trigger_job_failure():
            job.planned_failure = make_failure(triggered.fault.code, triggered.fault.message)
        state.usage.count_job(active=state.count_active(account_region))
        return job


def make_failure(code: str | None, message: str | None) -> Failure:
    """Make the failure of a job, with a default message."""
    code = code or FailureCode.INTERNAL_ERROR
    return Failure(code, message or f"The job failed: {code}.")


def check_adapter(arn: str | None, settings: Settings) -> None:
    """
    Check that an adapter exists.

    :raises ServiceError: ResourceNotFoundException.
    """
    if arn is not None and settings.adapters is not None and arn not in settings.adapters:
        raise ServiceError(ErrorCode.RESOURCE_NOT_FOUND)


def parse_s3_object(source: Mapping[str, str]) -> ObjectName:
    """
    Parse the S3Object of a request.

    :raises ServiceError: InvalidS3ObjectException; bucket or name is missing, which the model allows.
    """
    if "Bucket" not in source or "Name" not in source:
        raise ServiceError(ErrorCode.INVALID_S3_OBJECT, "Request has invalid S3 object.")
    return ObjectName(source["Bucket"], source["Name"], source.get("Version"))


def _check_manifest(state: EmulatorState, request: Request) -> None:
    settings, name = state.settings, parse_s3_object(request.content["Input"]["S3Object"])
    try:
        stored = state.storage.fetch(request.account_region, name)
    except ObjectUnavailable as error:
        if settings.missing_manifest == "refuse":
            raise ServiceError(ErrorCode.INVALID_S3_OBJECT) from error
        return
    if settings.bad_manifest == "refuse":
        check_manifest(stored.read(), settings)


def _check_output(state: EmulatorState, request: Request) -> None:
    bucket = request.content["OutputConfig"]["S3Bucket"]
    if state.settings.bad_output == "refuse" and not state.storage.has_bucket(request.account_region, bucket):
        raise ServiceError(ErrorCode.INVALID_PARAMETER)


def _check_quota(state: EmulatorState, account_region: AccountRegion) -> None:
    default = _LARGE_QUOTA if account_region.region in _LARGE_REGIONS else _SMALL_QUOTA
    limit = default if state.settings.max_active_jobs is None else state.settings.max_active_jobs
    active = state.count_active(account_region)
    if active >= limit:
        code = ErrorCode.LIMIT_EXCEEDED
        user = f"arn:aws:iam::{account_region.account}:root"
        raise ServiceError(code, MESSAGES[code].format(open=active, user=user, limit=limit))
