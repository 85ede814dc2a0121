"""Compares the manifests of a run with its jobs, so images of a manifest without a job are counted."""

from collections.abc import Iterable, Mapping
from typing import Any

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

from .outcomes import UNACCOUNTED, ImageFailure

__all__ = ["parse_index_uri", "unaccounted_manifests"]


def parse_index_uri(value: Any) -> S3Uri | None:
    """
    Parse the argument ``index``.

    :param value: The XCom ``index`` of the task that created the manifests, or the uri of an index.
    :return: ``None`` if that task wrote nothing, as in a dry run.
    :raises InvalidArgument: The value is neither. It is ``None`` if that task failed and pushed no XCom.
    :raises InvalidS3Uri: The value is not the uri of an object.
    """
    uri = value.get("uri", "") if isinstance(value, Mapping) else value
    if isinstance(value, Mapping) and uri is None:
        return None
    if not isinstance(uri, str) or not uri:
        problem = "it is not the XCom index of a manifest task; did that task fail?"
        raise InvalidArgument(argument="index", value=value, problem=problem)
    return parse_s3_uri(uri)


def unaccounted_manifests(manifests: Mapping[str, int], jobs: Iterable[Job]) -> dict[str, ImageFailure]:
    """
    Return one failure for each manifest without a job, by uri; it stands for all images of the manifest.

    :param manifests: The number of images of each manifest, by uri.
    :param jobs: The jobs that SUCCEEDED.
    """
    done = {job.manifest_uri for job in jobs}
    return {
        uri: ImageFailure(None, UNACCOUNTED, f"{uri} has no job that succeeded", lines=images)
        for uri, images in manifests.items()
        if uri not in done
    }
