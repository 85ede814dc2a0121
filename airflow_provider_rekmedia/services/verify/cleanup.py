"""Removes what ``verify`` wrote, and names what it could not remove."""

from dataclasses import dataclass

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import ObjectUnreadable, RekmediaError
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .workbench import Workbench

__all__ = ["Leftovers", "clean_up"]


@dataclass(frozen=True, slots=True)
class Leftovers:
    """
    What is left.

    :param objects: The URIs of objects that were not deleted, each with the reason.
    :param running_jobs: The ids of jobs that did not end. They will write below the prefix.
    """

    objects: tuple[str, ...] = ()
    running_jobs: tuple[str, ...] = ()


def clean_up(bench: Workbench) -> Leftovers:
    """Delete every object below the prefix. A bucket with versions keeps them behind delete markers."""
    running = tuple(job_id for job_id in bench.job_ids if not _has_ended(bench, job_id))
    return Leftovers(_delete_below(bench.objects, bench.prefix), running)


def _has_ended(bench: Workbench, job_id: str) -> bool:
    try:
        return bench.jobs.fetch(job_id).status.is_final
    except RekmediaError:
        return False


def _delete_below(objects: S3Objects, prefix: S3Uri) -> tuple[str, ...]:
    left = []
    try:
        found = [image.uri for image in objects.iter_objects(prefix)]
    except ObjectUnreadable:
        return ()  # there is no such bucket
    except RekmediaError as error:
        return (f"everything below {prefix}, which cannot be listed: {error}",)
    for uri in found:
        try:
            objects.delete(uri)
        except RekmediaError as error:
            left.append(f"{uri}: {error}")
    return tuple(left)
