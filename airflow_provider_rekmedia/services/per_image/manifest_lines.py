"""Reads the manifest of a per-image job."""

import logging
from typing import Final

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidArgument, ServiceError, WrongRegion
from airflow_provider_rekmedia.core.images.manifest import MANIFEST_MAX_IMAGES, decode_manifest_line
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.services.jobs.request_checks import check_region

__all__ = ["read_manifest_lines"]

_LOG = logging.getLogger(__name__)
#: How many buckets of images are checked, with one call each.
_MAX_CHECKED_BUCKETS: Final = 50


def read_manifest_lines(objects: S3Objects, request: MediaAnalysisRequest, region: str) -> list[str | None]:
    """
    Read the lines of a manifest, and check that the images are in the region of the calls.

    :return: The uri of each line that is not blank; ``None`` for a line without a uri.
    :raises InvalidArgument: The manifest has more than 10,000 lines, or none.
    :raises WrongRegion: All images are in another region. At most 50 buckets are checked.
    :raises ServiceError: S3 refused.
    """
    lines: list[str | None] = []
    for line in objects.iter_lines(request.manifest, request.manifest_version):
        if line.strip():
            lines.append(decode_manifest_line(line))
        if len(lines) > MANIFEST_MAX_IMAGES:
            problem = "it has more than 10,000 lines; RekognitionCreateManifestOperator splits what is larger"
            raise InvalidArgument(argument="manifest", value=str(request.manifest), problem=problem)
    if not lines:
        problem = "it has no line that is not blank"
        raise InvalidArgument(argument="manifest", value=str(request.manifest), problem=problem)
    # The images must be in the region of the call (unknown: per-image-region).
    buckets = dict.fromkeys(uri.removeprefix("s3://").partition("/")[0] for uri in lines if uri)
    _check_buckets(objects, list(buckets)[:_MAX_CHECKED_BUCKETS], region)
    return lines


def _check_buckets(objects: S3Objects, buckets: list[str], region: str) -> None:
    errors: list[WrongRegion] = []
    for bucket in buckets:
        try:
            check_region(objects, bucket, region)
        except WrongRegion as error:
            errors.append(error)
        except ServiceError:
            continue  # the calls for its images will fail, one by one
    if errors and len(errors) == len(buckets):
        raise errors[0]
    for fields in (wrong.fields for wrong in errors):
        message = "The images in %s will fail: the bucket is in %s, and the calls go to %s"
        _LOG.warning(message, fields["bucket"], fields["found"], fields["region"])
