"""The four operations. Each takes a valid request and returns a result."""

import base64
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from airflow_provider_rekmedia.emulator.images.moderation import encode_moderation
from airflow_provider_rekmedia.emulator.jobs.paging import get_page
from airflow_provider_rekmedia.emulator.protocol.errors import ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.protocol.messages import Request

from .job_start import check_adapter, parse_s3_object, start_job
from .state import EmulatorState

__all__ = ["HANDLERS"]

_DEFAULT_PAGE_SIZE: Final = 100


def _start(state: EmulatorState, request: Request) -> dict[str, Any]:
    return {"JobId": start_job(state, request).job_id}


def _get(state: EmulatorState, request: Request) -> dict[str, Any]:
    with state.lock:
        job = state.jobs.find(request.account_region, request.content["JobId"], now=state.now())
    state.finish_if_due(job)
    return job.describe(state.now())


def _list(state: EmulatorState, request: Request) -> dict[str, Any]:
    content = request.content
    with state.lock:
        jobs = state.jobs.list_newest_first(request.account_region, now=state.now())
    page, token = get_page(jobs, content.get("NextToken"), size=content.get("MaxResults", _DEFAULT_PAGE_SIZE))
    for job in page:
        state.finish_if_due(job)
    result: dict[str, Any] = {"MediaAnalysisJobs": [job.describe(state.now()) for job in page]}
    return result if token is None else result | {"NextToken": token}


def _detect(state: EmulatorState, request: Request) -> dict[str, Any]:
    content = request.content
    image, adapter = content["Image"], content.get("ProjectVersion")
    check_adapter(adapter, state.settings)
    if ("Bytes" in image) == ("S3Object" in image):
        raise ServiceError(ErrorCode.INVALID_PARAMETER)
    if "Bytes" in image:
        found = state.moderator().moderate_bytes(base64.b64decode(image["Bytes"]))
    else:
        name = parse_s3_object(image["S3Object"])
        found = state.moderator().moderate_object(request.account_region, name)
    with state.lock:
        state.usage.images_billed += 1
    return encode_moderation(found, min_confidence=content.get("MinConfidence"), project_version=adapter)


HANDLERS: Final[Mapping[str, Callable[[EmulatorState, Request], dict[str, Any]]]] = MappingProxyType(
    {
        "StartMediaAnalysisJob": _start,
        "GetMediaAnalysisJob": _get,
        "ListMediaAnalysisJobs": _list,
        "DetectModerationLabels": _detect,
    }
)
