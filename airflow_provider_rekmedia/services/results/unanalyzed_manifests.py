"""Names the images of manifests that have no job that succeeded, for the verdict files."""

import logging
from collections.abc import Iterable

from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import ObjectUnreadable
from airflow_provider_rekmedia.core.images.manifest import decode_manifest_line
from airflow_provider_rekmedia.core.results.outcomes import UNACCOUNTED, ImageFailure, Outcomes
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.untrusted_text import show_text
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.verdict_rows import VerdictRows

from .listed_images import read_listed_images

__all__ = ["add_unanalyzed"]

_LOG = logging.getLogger(__name__)


def add_unanalyzed(
    manifest_uris: Iterable[str], judgement: Judgement, verdicts: VerdictFiles, objects: S3Objects
) -> None:
    """
    Add every image of some manifests to the verdict files, as not analyzed.

    A manifest that was deleted is skipped with a warning: its images have no names.

    :param manifest_uris: Manifests without a job that SUCCEEDED.
    :raises ServiceError: S3 refused.
    """
    for manifest_uri in manifest_uris:
        try:
            lines = [line for line in objects.iter_lines(parse_s3_uri(manifest_uri)) if line.strip()]
        except ObjectUnreadable as error:
            _LOG.warning(
                "No verdict file has the images of %s, because it cannot be read: %s",
                show_text(manifest_uri),
                error,
            )
            continue
        failures = [ImageFailure(decode_manifest_line(line), UNACCOUNTED, "") for line in lines]
        listed = read_listed_images(manifest_uri, objects)
        rows = VerdictRows(judgement, listed, job_id=None, model_version=None)
        verdicts.add(rows.iter_flagged(Outcomes(failures=failures), []))
