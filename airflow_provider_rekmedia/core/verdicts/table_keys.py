"""The names of the tables, and the keys of a job's files in them."""

import re
from hashlib import sha256
from typing import Final, NamedTuple

from airflow_provider_rekmedia.core.jobs.job import Job
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["IMAGES", "LABELS", "REVIEWS", "TableKey", "parse_table_key", "reviews_key", "table_key"]

#: The names of the tables, which are also their folders.
IMAGES: Final = "images"
LABELS: Final = "labels"
REVIEWS: Final = "reviews"

_DIGITS: Final = 16
_NAME_MAX: Final = 200
_OTHER: Final = re.compile(r"[^a-zA-Z0-9_.-]+")
_UNKNOWN_DAY: Final = "__HIVE_DEFAULT_PARTITION__"
_FILE: Final = re.compile(r"analyzed_date=([^/]+)/([^/]+)\.parquet")


class TableKey(NamedTuple):
    """
    The parts of the key of a table's file.

    :param day: The partition: an ISO 8601 date, or Hive's name for null.
    """

    day: str
    job_id: str


def table_key(prefix: S3Uri, table: str, job: Job, day: str | None = None) -> S3Uri:
    """
    Return the uri of a job's file in a table. Hive partitions are the day on which the job ended, in UTC.

    A job has one file per table, so its images are in the table once, however often its results are read.

    :param day: The partition that already has the job's rows; ``None`` is the day on which the job ended.
    """
    if day is None:
        day = job.completed_at.date().isoformat() if job.completed_at else _UNKNOWN_DAY
    return prefix.join(f"{table}/analyzed_date={day}/{job.job_id}.parquet")


def parse_table_key(prefix: S3Uri, table: str, uri: S3Uri) -> TableKey | None:
    """Parse a uri of :func:`table_key`; ``None`` for any other file."""
    match = _FILE.fullmatch(uri.key.removeprefix(prefix.join(f"{table}/").key))
    return TableKey(match[1], match[2]) if match else None


def reviews_key(prefix: S3Uri, dag_id: str, run_id: str) -> S3Uri:
    """
    Return the uri of a run's file in the table ``reviews``, which has no partitions.

    A run has one file, so a decision is in the table once, however often the review is finished. The name has
    the Dag and the run as far as they fit, and sixteen digits that make it unique.
    """
    digest = sha256(f"{dag_id}\n{run_id}".encode()).hexdigest()[:_DIGITS]
    names = [_OTHER.sub("-", name)[:_NAME_MAX] for name in (dag_id, run_id)]
    return prefix.join(f"{REVIEWS}/{'-'.join([*names, digest])}.parquet")
