"""The tables' names, and where a job's rows lie: data that documents, writer and tests share."""

import re
from typing import Final, NamedTuple

from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["IMAGES", "LABELS", "TableKey", "parse_table_key", "table_key"]

#: Names of the tables, and of their folders.
IMAGES: Final = "images"
LABELS: Final = "labels"

_UNKNOWN_DAY: Final = "__HIVE_DEFAULT_PARTITION__"
_FILE: Final = re.compile(r"analyzed_date=([^/]+)/([^/]+)\.parquet")


class TableKey(NamedTuple):
    """
    What the key of a table's file tells.

    :param day: ISO 8601, or Hive's null.
    """

    day: str
    job_id: str


def table_key(prefix: S3Uri, table: str, job: Job, day: str | None = None) -> S3Uri:
    """
    Name the one file of a job in a table: Hive partitions by the day on which the job ended, UTC.

    The same job has the same file whichever task reads it, and however often: its images are there once.

    :param day: The partition in which the job's rows are already; ``None`` is the day on which it ended.
    """
    if day is None:
        day = job.completed_at.date().isoformat() if job.completed_at else _UNKNOWN_DAY
    return prefix.join(f"{table}/analyzed_date={day}/{job.job_id}.parquet")


def parse_table_key(prefix: S3Uri, table: str, uri: S3Uri) -> TableKey | None:
    """Read what :func:`table_key` made; ``None`` for what others put there."""
    found = _FILE.fullmatch(uri.key.removeprefix(prefix.join(f"{table}/").key))
    return TableKey(found[1], found[2]) if found else None
