from dataclasses import replace
from datetime import UTC, datetime

import pytest

from airflow_provider_rekmedia.adapters.results.table_places import TablePlaces
from airflow_provider_rekmedia.core.errors import AccessDenied
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.jobs.job_reference import parse_job_reference
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL
from airflow_provider_rekmedia.core.verdicts.table_keys import IMAGES, LABELS

PREFIX = S3Uri("analysis", "tables/")
JUDGEMENT = Judgement.by(ANY_LABEL, dag_id="nightly", run_id="r1")


def stored(stage, job_id):
    """A job of which nothing is known but its results."""
    uri = S3Uri("analysis", f"out/{job_id}-results.jsonl")
    stage.objects.put(uri, b"", "application/jsonl")
    return parse_job_reference(str(uri))


def lies_at(stage, *jobs):
    """The keys of the jobs' files, below the prefix."""
    places = TablePlaces(PREFIX, stage.objects)
    for job in jobs:
        with places.tables_of(job, JUDGEMENT, {}) as tables:
            yield [file.uri.removeprefix(f"{PREFIX}") for file in tables.write(stage.objects)]


def ended(job_id, at):
    return Job(job_id=job_id, engine=Engine.BULK, status=JobStatus.SUCCEEDED, completed_at=at)


@pytest.fixture
def listings(stage):
    """The listings that were made."""
    seen = []
    stage.s3.meta.events.register_first(
        "before-call.s3.ListObjectsV2", lambda **_: seen.append(1), unique_id="t"
    )
    yield seen
    stage.s3.meta.events.unregister("before-call.s3.ListObjectsV2", unique_id="t")


def test_stored_results_replace_the_rows_of_their_job(stage, listings):
    night = datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
    whole = [ended(letter * 64, night.replace(day=day)) for letter, day in (("a", 30), ("b", 31))]
    first = list(lies_at(stage, *whole))
    assert not listings, "a job that tells its end is looked for nowhere"

    assert list(lies_at(stage, *(stored(stage, job.job_id) for job in whole))) == first
    assert len(listings) == 1
    assert first[1] == [f"{table}/analyzed_date=2026-01-31/{'b' * 64}.parquet" for table in (LABELS, IMAGES)]


def test_stored_results_without_rows_are_in_the_partition_of_their_upload(stage):
    stage.objects.put(PREFIX.join("images/README"), b"somebody's", "text/plain")
    stage.objects.put(PREFIX.join(f"other/analyzed_date=2020-01-01/{'a' * 64}.parquet"), b"", "x")
    before = datetime.now(UTC).date()

    ((_, images),) = lies_at(stage, stored(stage, "a" * 64))

    day = images.removeprefix("images/analyzed_date=").removesuffix(f"/{'a' * 64}.parquet")
    assert before <= datetime.fromisoformat(day).date() <= datetime.now(UTC).date()


def test_stored_results_with_an_end_time_are_in_its_partition(stage, listings):
    told = replace(stored(stage, "a" * 64), completed_at=datetime(2026, 1, 30, tzinfo=UTC))

    ((_, images),) = lies_at(stage, told)

    assert images == f"images/analyzed_date=2026-01-30/{'a' * 64}.parquet"
    assert not listings


def test_a_job_without_a_time_is_in_hives_default_partition(stage):
    ((_, images),) = lies_at(stage, ended("j1", None))

    assert images == "images/analyzed_date=__HIVE_DEFAULT_PARTITION__/j1.parquet"


@pytest.mark.parametrize("answered", [0, 1])
def test_a_failed_lookup_is_an_error(stage, answered):
    """Neither the time of the results, nor the list of the tables."""
    job = stored(stage, "a" * 64)
    stage.emulator.inject("error", operation="S3", code="AccessDenied", status=403, after=answered)

    with pytest.raises(AccessDenied):
        list(lies_at(stage, job))
