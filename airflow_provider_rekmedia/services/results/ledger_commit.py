"""Commits the outcomes of one job's images to the ledger."""

from collections.abc import Mapping

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.core.errors import InvalidS3Uri
from airflow_provider_rekmedia.core.images.ledger import LedgerEntry
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes, is_permanent
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

__all__ = ["LedgerCommit"]


class LedgerCommit:
    """
    The entries of one job, kept in memory until all of its results are read; memory grows with the shard.

    If another program wrote the manifest, no file beside it has the ETags of its images. Then the entries
    have no ETag.

    :param listed: See :func:`read_listed_images`.
    """

    def __init__(self, job: Job, ledger: Ledger, listed: Mapping[str, ShardEntry]) -> None:
        self._job = job
        self._ledger = ledger
        self._known = listed
        self._entries: dict[str, LedgerEntry] = {}

    def add(self, outcomes: Outcomes) -> None:
        """
        Add a part of the job's images. An image that is both analyzed and failed counts as analyzed.

        A line that names no object in S3 is skipped; another program's manifest may have one.
        """
        for result in outcomes.results:
            if uri := _object_uri(result.source_ref):
                self._entries[result.source_ref] = self._entry(uri, None)
        for failure in outcomes.failures:
            if failure.uri is not None and (uri := _object_uri(failure.uri)):
                self._entries.setdefault(failure.uri, self._entry(uri, failure))

    def write(self) -> None:
        """Commit. If the same job is committed again, the same object is written."""
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
