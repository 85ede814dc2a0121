"""The tables' columns, and where a job's rows lie: data that documents, writer and tests share."""

from typing import Final

from .job import Job
from .s3_uri import S3Uri

__all__ = ["IMAGES", "LABELS", "table_key"]

#: Names of the tables, and of their folders.
IMAGES: Final = "images"
LABELS: Final = "labels"


def table_key(prefix: S3Uri, table: str, job: Job) -> S3Uri:
    """
    Name the one file of a job in a table: Hive partitions by the day on which the job ended, UTC.

    The same job has the same file whichever task reads it, and however often: its images are there once.
    """
    day = job.completed_at.date().isoformat() if job.completed_at else "__HIVE_DEFAULT_PARTITION__"
    return prefix.join(f"{table}/analyzed_date={day}/{job.job_id}.parquet")
