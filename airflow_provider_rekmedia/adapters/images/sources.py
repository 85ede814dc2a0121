"""Reads the images of a source, in the order of their keys."""

import logging
from collections.abc import Generator, Iterable, Iterator
from itertools import chain, groupby
from typing import Final, assert_never

from airflow_provider_rekmedia.adapters.results.result_files import iter_outcomes
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.source import Images, Inventories, ListFiles, Prefixes, Source
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.outcomes import is_permanent
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri

from .image_lists import iter_image_list
from .inventory import iter_inventory
from .sorted_images import iter_marked, iter_sorted

__all__ = ["iter_failed", "iter_found"]

_LOG: Final = logging.getLogger(__name__)


def iter_found(source: Source, objects: S3Objects) -> Generator[FoundImage, None, None]:
    """
    Read a source, lazily. A listing is in order; any other source is first sorted on local disk.

    :return: In the order of bucket and UTF-8 bytes of the key. Duplicates of a list come in a row.
    :raises RekmediaError: A reader of lists or reports raised it.
    :raises ServiceError: S3 refused.
    """
    match source:
        case Prefixes(prefixes):
            return objects.iter_objects(*prefixes)
        case Images(images):
            return iter_sorted(map(FoundImage, images))
        case ListFiles(files):
            return iter_sorted(chain.from_iterable(iter_image_list(file, objects) for file in files))
        case Inventories(manifests):
            return iter_sorted(
                chain.from_iterable(iter_inventory(manifest, objects) for manifest in manifests)
            )
        case _:
            assert_never(source)


def iter_failed(jobs: Iterable[Job], objects: S3Objects) -> Generator[FoundImage, None, None]:
    """
    Read the images of finished jobs that have no result and may get one in another try.

    :param jobs: If several jobs have an image, the last job of the list counts. The images of one job at a
        time are in memory.
    :return: As :func:`iter_found`, without duplicates; sizes and ETags are not known.
    :raises RekmediaError: :func:`result_files.iter_outcomes` raised it.
    """
    marked = iter_marked(chain.from_iterable(_iter_retryable(job.require_success(), objects) for job in jobs))
    for _, of_image in groupby(marked, key=lambda pair: pair[0].uri):
        *_, (image, is_retryable) = of_image
        if is_retryable:
            yield image


def _iter_retryable(job: Job, objects: S3Objects) -> Iterator[tuple[FoundImage, bool]]:
    """Yield each image, and whether it failed for a reason that may pass."""
    retryable: dict[str, bool] = {}
    for part in iter_outcomes(job, objects):
        retryable.update((result.source_ref, False) for result in part.results)
        for failure in part.failures:
            if failure.uri is not None:  # an image that is both analyzed and failed was analyzed
                retryable.setdefault(failure.uri, not is_permanent(failure.code, failure.message))
    no_images = []
    for uri, is_retryable in retryable.items():
        try:
            image = FoundImage(parse_s3_uri(uri))
        except InvalidS3Uri:
            no_images.append(uri)
        else:
            yield image, is_retryable
    if no_images:
        message = "Job %s: %d lines are not s3://bucket/key, such as %r: a retry cannot help"
        _LOG.warning(message, job.job_id, len(no_images), no_images[0])
