"""Finds the partition of a job's rows, so that a job has its rows once, however the job was given."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.table_keys import IMAGES, parse_table_key

from .tables import JobTables

__all__ = ["TablePlaces"]


class TablePlaces:
    """
    The tables under one prefix. It is listed at most once, and only if a job is given by its results file.

    :param prefix: The prefix of the tables' folders.
    """

    def __init__(self, prefix: S3Uri, objects: S3Objects) -> None:
        self._prefix = prefix
        self._objects = objects

    def tables_of(self, job: Job, judgement: Judgement, listed: Mapping[str, ShardEntry]) -> JobTables:
        """
        Create the tables of a job.

        The end of a job that is given by its results file is not known. If the job has rows, they stay in
        their partition; else its day is the day on which its results were written.

        :param listed: See :class:`JobTables`.
        :raises ExtraMissing: pyarrow is not installed.
        :raises ServiceError: S3 refused.
        """
        if job.completed_at or not job.is_results_only or job.results_uri is None:
            return JobTables(job, self._prefix, judgement, listed)
        written = self._objects.find_image(parse_s3_uri(job.results_uri))
        dated = replace(job, completed_at=written.modified_at) if written else job
        return JobTables(dated, self._prefix, judgement, listed, day=self._days.get(job.job_id))

    @cached_property
    def _days(self) -> dict[str, str]:
        """The partition of each job that has rows, in the table of images, which is written last."""
        listed = self._objects.iter_objects(self._prefix.join(f"{IMAGES}/"))
        keys = (parse_table_key(self._prefix, IMAGES, found.uri) for found in listed)
        return {key.job_id: key.day for key in keys if key}
