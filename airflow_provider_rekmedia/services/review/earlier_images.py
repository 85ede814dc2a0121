"""Reads the images that earlier reviews of a Dag left undecided."""

import logging
from dataclasses import dataclass, field
from typing import Final

from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles, iter_verdict_rows
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.review.selection import HeldImages
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow, verdict_folder

__all__ = ["EarlierImages", "read_earlier", "undecided_folder"]

_LOG = logging.getLogger(__name__)

#: Images that are carried from run to run at most; they are in memory.
_MAX_IMAGES: Final = 50_000


@dataclass(frozen=True, slots=True)
class EarlierImages:
    """
    Undecided images of earlier runs.

    :param uris: The files that were read.
    :param rows: By uri of the image.
    """

    uris: tuple[str, ...] = ()
    rows: dict[str, VerdictRow] = field(default_factory=dict)

    def copy(self, files: ReviewFiles) -> tuple[str, ...]:
        """Write the images to verdict files of this review, and return their uris; empty without images."""
        with VerdictFiles(files.objects, files.folder.join("earlier/")) as copies:
            copies.add(self.rows.values())
            return copies.write().uris


def undecided_folder(prefix: S3Uri, dag_id: str, run_id: str) -> S3Uri:
    """Return the prefix of the verdict files of the images that a run left undecided."""
    return verdict_folder(prefix.join("undecided/"), dag_id, run_id)


def read_earlier(
    prefix: S3Uri, dag_id: str, run_id: str, objects: S3Objects, held: HeldImages
) -> EarlierImages:
    """
    Read the undecided images of the other runs of a Dag, without those that are held.

    The file of a run has all images that it left undecided, those of earlier runs too. A run that finishes
    deletes the files that its plan read.

    :param prefix: The prefix of reviews.
    """
    own = undecided_folder(prefix, dag_id, run_id)
    of_dag = S3Uri(own.bucket, own.key[: own.key.rindex("run_id=")])
    found = (file.uri for file in objects.iter_objects(of_dag))
    uris = tuple([str(uri) for uri in found if not uri.key.startswith(own.key)])
    rows: dict[str, VerdictRow] = {}
    left_out = 0
    for row in iter_verdict_rows(uris, objects):
        if held.has(row.bucket or "", row.key or ""):
            continue
        if len(rows) >= _MAX_IMAGES and row.uri not in rows:
            left_out += 1
        else:
            rows[row.uri] = row
    if left_out:
        _LOG.warning(
            "%d undecided images of earlier runs do not come back in a queue, because the limit is %d. They "
            "keep the verdict of the policy",
            left_out,
            _MAX_IMAGES,
        )
    return EarlierImages(uris, rows)
