"""The images of a source, in the order of their keys."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import assert_never

from airflow_provider_rekmedia.core.found_image import FoundImage
from airflow_provider_rekmedia.core.image_failure import is_permanent
from airflow_provider_rekmedia.core.job import Job
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.source import Images, Inventories, ListFiles, Prefixes, Source

from .image_lists import iter_image_list
from .inventory import iter_inventory
from .result_files import iter_outcomes
from .s3 import S3Objects
from .sorted_images import iter_sorted

__all__ = ["iter_failed", "iter_found"]


def iter_found(source: Source, objects: S3Objects) -> Iterator[FoundImage]:
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


def iter_failed(jobs: Iterable[Job], objects: S3Objects) -> Iterator[FoundImage]:
    """
    Read the images of finished jobs that have no result and that another try may mend, unaccounted ones too.

    :return: As :func:`iter_found`; neither sizes nor ETags are known.
    :raises RekmediaError: What :func:`result_files.iter_outcomes` raises.
    """
    failures = chain.from_iterable(
        part.failures for job in jobs for part in iter_outcomes(job.raise_if_failed(), objects)
    )
    return iter_sorted(
        FoundImage(parse_s3_uri(each.uri))
        for each in failures
        if each.uri is not None and not is_permanent(each.code, each.message)
    )
