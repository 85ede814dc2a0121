"""Commits the outcomes of one job's images to the ledger."""

import logging
from collections.abc import Mapping

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.images.ledger import LedgerEntry
from airflow_provider_rekmedia.core.images.shard_entry import (
    ShardEntry,
    decode_shard_entry,
    shard_entries_uri,
)
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes, is_permanent
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.untrusted_text import show_text

__all__ = ["LedgerCommit"]

_LOG = logging.getLogger(__name__)


class LedgerCommit:
    """
    The entries of one job, kept in memory until all of its results are read; memory grows with the shard.

    If another program wrote the manifest, no file beside it has the ETags of its images. Then the entries
    have no ETag.
    """

    def __init__(self, job: Job, ledger: Ledger, objects: S3Objects) -> None:
        self._job = job
        self._ledger = ledger
        self._known = _read_shard_entries(job, objects)
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

    def write(self) -> None:
        """
        Commit. If the same job is committed again, the same object is written.

        If the service read no image of the job, the cause is an outage or an unreadable bucket: no image
        loses an attempt.
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
            return
        self._ledger.commit(self._job.job_id, self._entries.values())

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


def _read_shard_entries(job: Job, objects: S3Objects) -> Mapping[str, ShardEntry]:
    if not job.manifest_uri:
        return {}
    uri = shard_entries_uri(parse_s3_uri(job.manifest_uri))
    body = objects.read_or_none(uri)
    if body is None:
        return {}
    entries = [decode_shard_entry(line, str(uri)) for line in body.split(b"\n") if line]
    return {entry.source_ref: entry for entry in entries}
