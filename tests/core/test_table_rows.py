from datetime import UTC, datetime

from airflow_provider_rekmedia.core.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.table_rows import IMAGES, table_key

PREFIX = S3Uri("b", "tables/")


def job(completed_at):
    return Job(job_id="j1", engine=Engine.BULK, status=JobStatus.SUCCEEDED, completed_at=completed_at)


def test_a_job_has_one_file_in_the_partition_of_its_day():
    ended = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
    assert table_key(PREFIX, IMAGES, job(ended)).key == "tables/images/analyzed_date=2026-11-20/j1.parquet"


def test_an_unknown_day_is_hives_null():
    assert "analyzed_date=__HIVE_DEFAULT_PARTITION__/" in table_key(PREFIX, IMAGES, job(None)).key
