"""The four operations, each from a valid request to an answer."""

import base64
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from .errors import Code, ServiceError
from .moderation import answer_for
from .paging import cut_page
from .start import check_adapter, parse_source, start_job
from .wire import Request
from .world import World

__all__ = ["HANDLERS"]

_PAGE: Final = 100


def _start(world: World, request: Request) -> dict[str, Any]:
    return {"JobId": start_job(world, request).job_id}


def _get(world: World, request: Request) -> dict[str, Any]:
    with world.lock:
        job = world.jobs.find(request.place, request.content["JobId"], now=world.now())
    world.settle(job)
    return job.describe(world.now())


def _list(world: World, request: Request) -> dict[str, Any]:
    asked = request.content
    with world.lock:
        jobs = world.jobs.newest_first(request.place, now=world.now())
    page, token = cut_page(jobs, asked.get("NextToken"), size=asked.get("MaxResults", _PAGE))
    for job in page:
        world.settle(job)
    answer: dict[str, Any] = {"MediaAnalysisJobs": [job.describe(world.now()) for job in page]}
    return answer if token is None else answer | {"NextToken": token}


def _detect(world: World, request: Request) -> dict[str, Any]:
    asked = request.content
    image, adapter = asked["Image"], asked.get("ProjectVersion")
    check_adapter(adapter, world.settings)
    if ("Bytes" in image) == ("S3Object" in image):
        raise ServiceError(Code.INVALID_PARAMETER)
    if "Bytes" in image:
        sight = world.moderator().look_at_bytes(base64.b64decode(image["Bytes"]))
    else:
        sight = world.moderator().look(request.place, parse_source(image["S3Object"]))
    with world.lock:
        world.usage.images_billed += 1
    return answer_for(sight, min_confidence=asked.get("MinConfidence"), project_version=adapter)


HANDLERS: Final[Mapping[str, Callable[[World, Request], dict[str, Any]]]] = MappingProxyType(
    {
        "StartMediaAnalysisJob": _start,
        "GetMediaAnalysisJob": _get,
        "ListMediaAnalysisJobs": _list,
        "DetectModerationLabels": _detect,
    }
)
