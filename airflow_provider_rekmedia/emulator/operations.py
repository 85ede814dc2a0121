"""The four operations, each from a valid request to an answer."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from .declarations import see
from .errors import Code, ServiceError
from .moderation import answer_for, look_at_object
from .paging import cut_page
from .start import check_adapter, start_job
from .wire import Place
from .world import World

__all__ = ["HANDLERS"]

_PAGE: Final = 100


def _start(world: World, place: Place, request: Mapping[str, Any]) -> dict[str, Any]:
    return {"JobId": start_job(world, place, request).job_id}


def _get(world: World, place: Place, request: Mapping[str, Any]) -> dict[str, Any]:
    with world.lock:
        job = world.jobs.find(place, request["JobId"], now=world.now())
    world.settle(job)
    return job.describe(world.now())


def _list(world: World, place: Place, request: Mapping[str, Any]) -> dict[str, Any]:
    with world.lock:
        jobs = world.jobs.newest_first(place, now=world.now())
    page, token = cut_page(jobs, request.get("NextToken"), size=request.get("MaxResults", _PAGE))
    for job in page:
        world.settle(job)
    answer: dict[str, Any] = {"MediaAnalysisJobs": [job.describe(world.now()) for job in page]}
    return answer if token is None else answer | {"NextToken": token}


def _detect(world: World, place: Place, request: Mapping[str, Any]) -> dict[str, Any]:
    image, adapter = request["Image"], request.get("ProjectVersion")
    check_adapter(adapter, world.settings)
    if ("Bytes" in image) == ("S3Object" in image):
        raise ServiceError(Code.INVALID_PARAMETER)
    if "Bytes" in image:
        body = base64.b64decode(image["Bytes"])
        world.checks.check_bytes(body, world.settings)
        # Bytes have no key; a rule can still speak for them, by their digest.
        key = f"sha256:{hashlib.sha256(body).hexdigest()}"
        sight = see("", key, metadata={}, tags={}, rules=world.settings.rules)
    else:
        sight = _look(world, place, image["S3Object"])
    with world.lock:
        world.usage.images_billed += 1
    return answer_for(sight, min_confidence=request.get("MinConfidence"), project_version=adapter)


def _look(world: World, place: Place, source: Mapping[str, Any]) -> Any:
    if "Bucket" not in source or "Name" not in source:
        raise ServiceError(Code.INVALID_S3_OBJECT, "Request has invalid S3 object.")
    return look_at_object(
        world.storage,
        world.checks,
        world.settings,
        place=place,
        bucket=source["Bucket"],
        key=source["Name"],
        version=source.get("Version"),
    )


HANDLERS: Final[Mapping[str, Callable[[World, Place, Mapping[str, Any]], dict[str, Any]]]] = MappingProxyType(
    {
        "StartMediaAnalysisJob": _start,
        "GetMediaAnalysisJob": _get,
        "ListMediaAnalysisJobs": _list,
        "DetectModerationLabels": _detect,
    }
)
