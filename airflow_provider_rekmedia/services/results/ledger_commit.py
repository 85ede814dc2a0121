"""Commits the outcomes of one job's images to the ledger, if the images stood still since their listing."""

import logging
from collections.abc import Mapping
from typing import Final

from airflow_provider_rekmedia.adapters.images.unchanged_images import find_unchanged
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.ledger import LedgerEntry
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes, is_permanent
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.untrusted_text import show_text

__all__ = ["LedgerCommit"]

_LOG = logging.getLogger(__name__)

_MAX_EXAMPLES: Final = 3


class LedgerCommit:
    """
    The entries of one job, kept in memory until all of its results are read; memory grows with the shard.

    If another program wrote the manifest, no file beside it has the ETags of its images. Then the entries
    have no ETag.

    :param listed: See :func:`read_listed_images`.
    :param objects: Reads the images' current ETags and times.
    """

    def __init__(
        self, job: Job, ledger: Ledger, listed: Mapping[str, ShardEntry], objects: S3Objects
    ) -> None:
        self._job = job
        self._ledger = ledger
        self._objects = objects
        self._known = listed
        self._entries: dict[str, LedgerEntry] = {}
        self._has_read_image = False

    def add(self, outcomes: Outcomes) -> None:
        """
        Add a part of the job's images. An image that is both analyzed and failed counts as analyzed.

        A line that names no object in S3 is skipped; another program's manifest may have one.
        """
        self._has_read_image |= outcomes.has_read_image
        for result in outcomes.results:
            if uri := _object_uri(result.source_ref):
                self._entries[result.source_ref] = self._entry(uri, None)
        for failure in outcomes.failures:
            if failure.uri is not None and (uri := _object_uri(failure.uri)):
                self._entries.setdefault(failure.uri, self._entry(uri, failure))

    def write(self) -> int:
        """
        Commit the images that are unchanged since their listing. Call it when the job has ended.

        If the service read no image of the job, the cause is an outage or an unreadable bucket: nothing is
        committed, so no image loses an attempt.

        :return: How many images changed. They are not committed, so the next run analyzes them again.
        """
        if self._entries and not self._has_read_image:
            code = next(iter(self._entries.values())).code
            _LOG.warning(
                "Job %s could read none of its %d images (%s). They are not counted as tried in the ledger, "
                "so the next run analyzes them again.",
                self._job.job_id,
                len(self._entries),
                show_text(code),
            )
            return 0
        changed = self._drop_changed()
        self._ledger.commit(self._job.job_id, self._entries.values())
        return changed

    def _drop_changed(self) -> int:
        # An image that is replaced before its analysis, and put back afterwards, was never analyzed. If the
        # ledger had it, no later run would analyze it.
        listed = {
            source_ref: FoundImage(S3Uri(entry.bucket, entry.key), None, known.etag, known.modified_at)
            for source_ref, entry in self._entries.items()
            if (known := self._known.get(source_ref)) and (known.etag or known.modified_at)
        }
        unchanged = find_unchanged(listed.values(), self._objects)
        changed = [source_ref for source_ref, image in listed.items() if image.uri not in unchanged]
        for source_ref in changed:
            del self._entries[source_ref]
        if changed:
            _LOG.warning(
                "Job %s: %d of %d images were overwritten, deleted or made unreadable after their listing, "
                "such as %s. They are not in the ledger, so the next run analyzes them again.",
                self._job.job_id,
                len(changed),
                len(listed),
                ", ".join(map(show_text, changed[:_MAX_EXAMPLES])),
            )
        return len(changed)

    def _entry(self, uri: S3Uri, failure: ImageFailure | None) -> LedgerEntry:
        known = self._known.get(str(uri)) or ShardEntry(str(uri))
        return LedgerEntry(
            bucket=uri.bucket,
            key=uri.key,
            etag=known.etag or "",
            scan=known.scan,
            status="failed" if failure else "analyzed",
            attempts=known.attempts + 1,
            code=failure.code if failure else None,
            permanent=failure is not None and is_permanent(failure.code, failure.message),
            model_version=self._job.model_version,
            engine=self._job.engine.value,
            job_id=self._job.job_id,
            at=self._job.completed_at,
        )


def _object_uri(source_ref: str) -> S3Uri | None:
    try:
        return parse_s3_uri(source_ref)
    except InvalidS3Uri:
        return None
