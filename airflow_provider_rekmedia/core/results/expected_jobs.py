"""The manifests of a run, held against its jobs: one without a finished job loses no image in silence."""

from collections.abc import Iterable, Mapping
from typing import Any

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

from .outcomes import UNACCOUNTED, ImageFailure

__all__ = ["parse_index_uri", "unaccounted_manifests"]


def parse_index_uri(value: Any) -> S3Uri | None:
    """
    Read what names a run's index.

    :param value: The XCom ``index`` of the task that wrote the manifests, or the uri of an index.
    :return: ``None`` when that task wrote nothing, as a dry run.
    :raises InvalidArgument: It is neither; it is ``None`` where that task has failed, and has no XCom.
    :raises InvalidS3Uri: It names no object.
    """
    uri = value.get("uri", "") if isinstance(value, Mapping) else value
    if isinstance(value, Mapping) and uri is None:
        return None
    if not isinstance(uri, str) or not uri:
        problem = "it is no XCom index of a manifest task; did that task fail?"
        raise InvalidArgument(argument="index", value=value, problem=problem)
    return parse_s3_uri(uri)


def unaccounted_manifests(manifests: Mapping[str, int], jobs: Iterable[Job]) -> list[ImageFailure]:
    """
    Tell of the manifests that none of the jobs is of, each with all of its images.

    :param manifests: How many images each has, by uri.
    :param jobs: Those that SUCCEEDED.
    """
    done = {job.manifest_uri for job in jobs}
    return [
        ImageFailure(None, UNACCOUNTED, f"{uri} has no job that succeeded", lines=images)
        for uri, images in manifests.items()
        if uri not in done
    ]
