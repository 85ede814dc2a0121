"""Stores the submission record of one task instance as one JSON object in S3."""

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.submission_record import (
    SubmissionRecord,
    decode_record,
    encode_record,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["SubmissionRecordStore"]


class SubmissionRecordStore:
    """
    The record of one task instance. Both engines use it.

    :param uri: Where the record is. An underscore at the start of a folder's name hides the record from
        Athena, Glue and Spark.
    """

    def __init__(self, objects: S3Objects, uri: S3Uri) -> None:
        self._objects = objects
        self._etag: str | None = None
        #: Where the record is.
        self.uri = uri

    def read(self) -> SubmissionRecord | None:
        """
        Read the record; ``None`` only if S3 says that there is no object.

        :raises ServiceError: S3 refused. It is not known whether there is a record.
        :raises UnreadableRecord: The record is damaged.
        """
        version = self._objects.read_version(self.uri)
        self._etag = None if version is None else version.etag
        return None if version is None else decode_record(version.body, str(self.uri))

    def write(self, record: SubmissionRecord) -> bool:
        """
        Replace the record that this store read or wrote last.

        :return: ``False`` if another attempt has written a record since, so nothing was written: read it.
        """
        etag = self._objects.put_if_unchanged(self.uri, encode_record(record), "application/json", self._etag)
        self._etag = etag or self._etag
        return etag is not None
