"""Reads the images that earlier reviews of a Dag left undecided."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles, iter_verdict_rows
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.review.carried_images import image_digest
from airflow_provider_rekmedia.core.review.selection import HeldImages
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow, verdict_folder

from .carry_images import read_carried

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


def read_earlier(prefix: S3Uri, run: tuple[str, str], files: ReviewFiles, held: HeldImages) -> EarlierImages:
    """
    Read the undecided images of the other runs of a Dag, without those that are held.

    The file of a run has all images that it left undecided, those of earlier runs too. A run that finishes
    deletes the files that its plan read. If the earlier run is finished again, its file comes back; the
    images that a later run carried on are left out then.

    If this run has another plan, the images that it carried on are read, too: their files may be deleted.

    :param prefix: The prefix of reviews.
    :param run: The ids of the Dag and of the run.
    """
    own = undecided_folder(prefix, *run)
    of_dag = S3Uri(own.bucket, own.key[: own.key.rindex("run_id=")])
    found = [file.uri for file in files.objects.iter_objects(of_dag) if not file.uri.key.startswith(own.key)]
    rows: dict[str, VerdictRow] = {}
    left_out = 0
    for row in chain(_iter_own(files), _iter_undecided(prefix, found, files.objects)):
        if held.has(row.bucket or "", row.key or "", row.etag):
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
    return EarlierImages(tuple(map(str, found)), rows)


def _iter_own(files: ReviewFiles) -> Iterator[VerdictRow]:
    """Return the images of earlier runs that other plans of this run have."""
    for plan in files.iter_plans():
        yield from iter_verdict_rows(plan.earlier_uris, files.objects)


def _iter_undecided(prefix: S3Uri, found: Iterable[S3Uri], objects: S3Objects) -> Iterator[VerdictRow]:
    for uri in found:
        carried = read_carried(prefix, uri, objects)
        for row in iter_verdict_rows([str(uri)], objects):
            if not carried or image_digest(row) not in carried:
                yield row
