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
        self._uri = uri

    def read(self) -> SubmissionRecord | None:
        """
        Read the record; ``None`` only if S3 says that there is no object.

        :raises ServiceError: S3 refused. It is not known whether there is a record.
        :raises UnreadableRecord: The record is damaged.
        """
        body = self._objects.read_or_none(self._uri)
        return None if body is None else decode_record(body, str(self._uri))

    def write(self, record: SubmissionRecord) -> None:
        """Write the record; it replaces the one before."""
        body = encode_record(record)
        self._objects.put(self._uri, body, "application/json")

    def restore(self, record: SubmissionRecord | None) -> None:
        """Write the record that was there before this try, or delete the object if there was none."""
        if record is None:
            self._objects.delete(self._uri)
        else:
            self.write(record)
