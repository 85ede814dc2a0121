"""The images of a source, in the order of their keys."""

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
    Read a source, lazily: a listing as it comes, anything else sorted on local disk first.

    :return: By bucket and by the UTF-8 bytes of the key; what a list has twice comes twice, in a row.
    :raises RekmediaError: What the readers of lists and reports raise.
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
            return iter_sorted(chain.from_iterable(iter_inventory(each, objects) for each in manifests))
        case _:
            assert_never(source)


def iter_failed(jobs: Iterable[Job], objects: S3Objects) -> Generator[FoundImage, None, None]:
    """
    Read the images of finished jobs that have no result and that another try may mend, unaccounted ones too.

    :param jobs: Of an image that several had, the one that is given last counts; a job's images at a time are
        in memory.
    :return: As :func:`iter_found`, each once; neither sizes nor ETags are known.
    :raises RekmediaError: What :func:`result_files.iter_outcomes` raises.
    """
    said = iter_marked(chain.from_iterable(_iter_said(job.require_success(), objects) for job in jobs))
    for _, of_image in groupby(said, key=lambda each: each[0].uri):
        *_, (image, may_be_mended) = of_image
        if may_be_mended:
            yield image


def _iter_said(job: Job, objects: S3Objects) -> Iterator[tuple[FoundImage, bool]]:
    """Tell of each image whether it failed for a reason that may pass."""
    said: dict[str, bool] = {}
    for part in iter_outcomes(job, objects):
        said.update((result.source_ref, False) for result in part.results)
        for each in part.failures:
            if each.uri is not None:  # one that comes twice, analyzed and failed, was analyzed
                said.setdefault(each.uri, not is_permanent(each.code, each.message))
    no_images = []
    for uri, may_be_mended in said.items():
        try:
            image = FoundImage(parse_s3_uri(uri))
        except InvalidS3Uri:
            no_images.append(uri)
        else:
            yield image, may_be_mended
    if no_images:
        told = "Job %s: %d lines are no s3://bucket/key, such as %r: no other try can mend them"
        _LOG.warning(told, job.job_id, len(no_images), no_images[0])
