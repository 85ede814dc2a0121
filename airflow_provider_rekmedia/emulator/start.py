"""StartMediaAnalysisJob: what is checked before there is a job."""

from collections.abc import Mapping
from typing import Final

from .errors import MESSAGES, Code, ServiceError
from .job import Failure, FailureCode, Job
from .lifecycle import Schedule
from .manifest import check_manifest
from .settings import Settings
from .storage import ObjectName, ObjectUnavailable
from .wire import Place, Request
from .world import World

__all__ = ["check_adapter", "parse_source", "plan_failure", "start_job"]

#: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_LARGE_REGIONS: Final = frozenset({"us-east-1", "us-west-2", "eu-west-1"})
_LARGE_QUOTA: Final = 20
_SMALL_QUOTA: Final = 5


def start_job(world: World, request: Request) -> Job:
    """
    Start a job, or find the one that this request started before.

    A request that is refused leaves no trace: its token is free for another.

    :raises ServiceError: what the service answers.
    """
    place, asked, settings = request.place, request.content, world.settings
    with world.lock:
        now = world.now()
        replayed = world.jobs.replay(place, asked, now=now, lifetime_s=settings.token_lifetime_s)
        if replayed is not None:
            return replayed
        if "DetectModerationLabels" not in asked["OperationsConfig"]:
            raise ServiceError(Code.INVALID_PARAMETER)
        check_adapter(asked["OperationsConfig"]["DetectModerationLabels"].get("ProjectVersion"), settings)
        _check_manifest(world, request)
        bucket = asked["OutputConfig"]["S3Bucket"]
        if settings.bad_output == "refuse" and not world.storage.has_bucket(place, bucket):
            raise ServiceError(Code.INVALID_PARAMETER)
        _check_quota(world, place)
        job = world.jobs.add(place, asked, schedule=Schedule.of(settings), now=now)
        if strike := world.faults.draw_failure():
            job.planned_failure = plan_failure(strike.fault.code, strike.fault.message)
        world.usage.count_job(active=world.count_active(place))
        return job


def plan_failure(code: str | None, message: str | None) -> Failure:
    """Say what a job will fail of; the text is ours when a fault gives none."""
    code = code or FailureCode.INTERNAL_ERROR
    return Failure(code, message or f"The job failed: {code}.")


def check_adapter(arn: str | None, settings: Settings) -> None:
    """
    Refuse an adapter that does not exist.

    :raises ServiceError: ResourceNotFoundException.
    """
    if arn is not None and settings.adapters is not None and arn not in settings.adapters:
        raise ServiceError(Code.RESOURCE_NOT_FOUND)


def parse_source(source: Mapping[str, str]) -> ObjectName:
    """
    Read an S3Object of a request.

    :raises ServiceError: InvalidS3ObjectException: it names no object, which its shape allows.
    """
    if "Bucket" not in source or "Name" not in source:
        raise ServiceError(Code.INVALID_S3_OBJECT, "Request has invalid S3 object.")
    return ObjectName(source["Bucket"], source["Name"], source.get("Version"))


def _check_manifest(world: World, request: Request) -> None:
    settings, name = world.settings, parse_source(request.content["Input"]["S3Object"])
    try:
        stored = world.storage.fetch(request.place, name)
    except ObjectUnavailable as error:
        if settings.missing_manifest == "refuse":
            raise ServiceError(Code.INVALID_S3_OBJECT) from error
        return
    if settings.bad_manifest == "refuse":
        check_manifest(stored.read(), settings)


def _check_quota(world: World, place: Place) -> None:
    regional = _LARGE_QUOTA if place.region in _LARGE_REGIONS else _SMALL_QUOTA
    limit = regional if world.settings.max_active_jobs is None else world.settings.max_active_jobs
    active = world.count_active(place)
    if active >= limit:
        code = Code.LIMIT_EXCEEDED
        user = f"arn:aws:iam::{place.account}:root"
        raise ServiceError(code, MESSAGES[code].format(open=active, user=user, limit=limit))
