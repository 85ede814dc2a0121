import re
from datetime import UTC, datetime

import pytest

from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.table_keys import (
    IMAGES,
    LABELS,
    TableKey,
    parse_table_key,
    reviews_key,
    table_key,
)

PREFIX = S3Uri("b", "tables/")


def job(completed_at):
    return Job(job_id="j1", engine=Engine.BULK, status=JobStatus.SUCCEEDED, completed_at=completed_at)


def test_a_job_has_one_file_in_the_partition_of_its_day():
    ended = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
    assert table_key(PREFIX, IMAGES, job(ended)).key == "tables/images/analyzed_date=2026-11-20/j1.parquet"


def test_an_unknown_day_is_hives_null_partition():
    assert "analyzed_date=__HIVE_DEFAULT_PARTITION__/" in table_key(PREFIX, IMAGES, job(None)).key


def test_existing_rows_keep_their_day():
    ended = datetime(2026, 11, 20, tzinfo=UTC)
    assert table_key(PREFIX, IMAGES, job(ended), "2026-11-19").key.startswith(
        "tables/images/analyzed_date=2026-11-19/"
    )


@pytest.mark.parametrize("at", [None, datetime(2026, 11, 20, tzinfo=UTC)])
@pytest.mark.parametrize("prefix", [PREFIX, S3Uri("b", "")])
def test_a_table_key_is_parsed_to_day_and_job(prefix, at):
    key = table_key(prefix, IMAGES, job(at))
    assert parse_table_key(prefix, IMAGES, key) == TableKey(key.key.split("=")[1].split("/")[0], "j1")


@pytest.mark.parametrize(
    "key", ["j1.parquet", "analyzed_date=2026-11-20/j1.parquet.tmp", "x/analyzed_date=2026-11-20/j1.parquet",
            "analyzed_date=2026-11-20/sub/j1.parquet", ""]
)  # fmt: skip
def test_a_file_of_another_writer_is_not_a_jobs_file(key):
    assert parse_table_key(PREFIX, LABELS, PREFIX.join(f"labels/{key}")) is None


def test_each_run_has_one_file_of_reviews_with_a_name_that_can_be_read():
    key = reviews_key(PREFIX, "nightly", "scheduled__2026-11-20T00:00:00+00:00").key
    assert re.fullmatch(
        r"tables/reviews/nightly-scheduled__2026-11-20T00-00-00-00-00-[0-9a-f]{16}\.parquet", key
    )


def test_names_that_look_alike_have_different_files_of_reviews():
    runs = [("a", "b c"), ("a", "b-c"), ("a-b", "c"), ("a" * 250, "b"), ("a" * 249, "b")]
    assert len({reviews_key(PREFIX, *run).key for run in runs}) == len(runs)
