"""The objects in S3 that the per-image engine keeps for one task instance."""

from typing import Any, Final

import msgspec

from airflow_provider_rekmedia.adapters.jobs.submission_records import SubmissionRecordStore
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.errors import InvalidJob, UnreadableRecord
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.jobs.job import Job, decode_job, encode_job
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest
from airflow_provider_rekmedia.core.json_files import JsonFileDecoder
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .leases import LeaseStore

__all__ = ["PerImageJobFiles"]

_JOB_DECODER: Final = JsonFileDecoder(dict[str, Any], UnreadableRecord)


class PerImageJobFiles:
    """
    The lease, the submission record, the parts of the journal, and the finished job.

    All of them are below the output prefix in ``_rekmedia/per_image/``. Other readers of the prefix skip a
    folder whose name starts with an underscore.
    """

    def __init__(self, objects: S3Objects, request: MediaAnalysisRequest, identity: TaskIdentity) -> None:
        self._objects = objects
        self._folder = request.output.join(f"_rekmedia/per_image/{identity.digest}/")
        uri = self._folder.join("record.json")
        #: The submission record.
        self.record = SubmissionRecordStore(objects, uri)
        #: The lease of the job.
        self.leases = LeaseStore(objects, self._folder.join("lease.json"))

    def parts_folder(self, job_id: str) -> S3Uri:
        """Return the prefix of the parts of a job's journal."""
        return self._folder.join(f"{job_id}/parts/")

    def has_parts(self, job_id: str) -> bool:
        """Whether any image of the job is journaled."""
        return next(self._objects.iter_objects(self.parts_folder(job_id)), None) is not None

    def read_job(self, job_id: str | None) -> Job | None:
        """
        Read a finished job.

        :return: ``None`` if the job is not finished, or *job_id* is ``None``.
        :raises ServiceError: S3 refused.
        :raises UnreadableRecord: The object is damaged.
        """
        if job_id is None:
            return None
        uri = self._job_uri(job_id)
        body = self._objects.read_or_none(uri)
        if body is None:
            return None
        members = _JOB_DECODER.decode(body, str(uri))
        try:
            return decode_job(members)
        except InvalidJob as problem:
            raise UnreadableRecord(uri=str(uri), problem=problem) from problem

    def write_job(self, job: Job) -> Job:
        """
        Write a finished job; from now on a retry returns it at no cost.

        :return: The finished job. If another attempt of the task was faster, it is the one that it wrote.
        :raises ServiceError: S3 refused.
        :raises UnreadableRecord: The object of the other attempt is damaged.
        """
        body = msgspec.json.encode(encode_job(job))
        if self._objects.put_if_absent(self._job_uri(job.job_id), body, "application/json"):
            return job
        return self.read_job(job.job_id) or job

    def _job_uri(self, job_id: str) -> S3Uri:
        return self._folder.join(f"{job_id}/job.json")
