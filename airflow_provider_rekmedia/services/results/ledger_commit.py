"""Commits to the ledger what became of one job's images."""

from collections.abc import Mapping

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidS3Uri, ObjectUnreadable
from airflow_provider_rekmedia.core.images.ledger import LedgerEntry
from airflow_provider_rekmedia.core.images.shard_entry import (
    ShardEntry,
    decode_shard_entry,
    shard_entries_uri,
)
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes, is_permanent
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

__all__ = ["LedgerCommit"]


class LedgerCommit:
    """
    The entries of one job, held until all of its results have been read; memory grows with the shard.

    A manifest that another program wrote has nothing beside it that tells its images' bytes: their entries
    have no ETag.
    """

    def __init__(self, job: Job, ledger: Ledger, objects: S3Objects) -> None:
        self._job = job
        self._ledger = ledger
        self._known = _read_shard_entries(job, objects)
        self._entries: dict[str, LedgerEntry] = {}

    def add(self, outcomes: Outcomes) -> None:
        """
        Note a part of the job's images; one that comes twice, analyzed and failed, was analyzed.

        What names no object in S3, as a line of another program's manifest may, is passed over.
        """
        for result in outcomes.results:
            if uri := _object_uri(result.source_ref):
                self._entries[result.source_ref] = self._entry(uri, None)
        for failure in outcomes.failures:
            if failure.uri is not None and (uri := _object_uri(failure.uri)):
                self._entries.setdefault(failure.uri, self._entry(uri, failure))

    def write(self) -> None:
        """Commit; the same job again writes the same."""
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
    try:
        entries = [decode_shard_entry(line, str(uri)) for line in objects.iter_lines(uri) if line]
    except ObjectUnreadable as error:
        if error.code == "NoSuchKey":
            return {}
        raise
    return {entry.source_ref: entry for entry in entries}
