"""What other readers see in the tables."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from airflow_provider_rekmedia.adapters.results.table_columns import images_schema, labels_schema
from airflow_provider_rekmedia.adapters.results.tables import JobTables
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.results.image_result import decode_result_line
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import verdict
from airflow_provider_rekmedia.core.verdicts.policy_digest import policy_digest
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PREFIX = S3Uri("analysis", "tables/")
POLICY = parse_policy({"name": "shop", "labels": {"Drugs & Tobacco": {"block": 90}}, "default": "review"})
FLAGGED = (
    b'{"source-ref": "s3://photos/a=b/\'pills\\n.jpg", "detect-moderation-labels": {"ModerationLabels": ['
    b'{"Name": "Pills", "Confidence": 95.5, "ParentName": "Products", "TaxonomyLevel": 3},'
    b'{"Name": "Drugs & Tobacco", "Confidence": 95.5, "ParentName": "", "TaxonomyLevel": 1}],'
    b'"ContentTypes": [{"Name": "Illustrated", "Confidence": 88}]}}'
)
CLEAN = b'{"source-ref": "s3://photos/cat.jpg", "detect-moderation-labels": {"ModerationLabels": []}}'
OUTCOMES = Outcomes(
    [decode_result_line(line, 1) for line in (FLAGGED, CLEAN)],
    [
        ImageFailure("s3://photos/broken.jpg", "InvalidImageFormatException", "no image"),
        ImageFailure(None, "UNACCOUNTED", "unknown"),
        ImageFailure(None, "BAD_RESULT_LINE", "rubbish", 3, lines=0),
    ],
)


def job(job_id="j1", completed_at=NOON):
    return Job(
        job_id=job_id,
        engine=Engine.BULK,
        status=JobStatus.SUCCEEDED,
        model_version="7.0",
        completed_at=completed_at,
        min_confidence=40.0,
    )


JUDGEMENT = Judgement.by(POLICY, dag_id="nightly", run_id="r1")
LISTED = {"s3://photos/cat.jpg": ShardEntry("s3://photos/cat.jpg", "e1", 0, "", NOON, 12)}


def write(stage, job, *parts, listed=LISTED):
    with JobTables(job, PREFIX, JUDGEMENT, listed) as tables:
        for part in parts:
            tables.add(part, [verdict(result, POLICY) for result in part.results])
        return [file.uri for file in tables.write(stage.objects)]


@pytest.fixture
def local(stage, tmp_path):
    """Copy the tables to local disk, folders and all."""

    def copy():
        for found in stage.objects.iter_objects(PREFIX):
            path = tmp_path / found.uri.key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(stage.objects.read(found.uri))
        return tmp_path / "tables"

    return copy


def test_pyarrow_reads_one_row_for_each_line_of_the_manifest(stage, local):
    write(stage, job(), OUTCOMES)
    rows = ds.dataset(local() / "images", partitioning="hive").to_table().to_pylist()
    assert [row["uri"] for row in rows] == [
        "s3://photos/a=b/'pills\n.jpg",
        "s3://photos/cat.jpg",
        "s3://photos/broken.jpg",
        None,
    ]
    first, clean, broken, unknown = rows
    assert (first["bucket"], first["key"]) == ("photos", "a=b/'pills\n.jpg")
    told = (first["verdict"], first["rule"], first["top_label"], first["confidence"])
    assert told == ("block", "Drugs & Tobacco", "Pills", 95.5)
    assert first["labels"][0] == {"name": "Pills", "parent": "Products", "level": 3, "confidence": 95.5}
    assert first["content_types"] == [{"name": "Illustrated", "confidence": 88}]
    assert (clean["verdict"], clean["rule"], clean["labels"]) == ("allow", None, [])
    assert (clean["top_label"], clean["confidence"], clean["content_types"]) == (None, None, [])
    assert (broken["verdict"], broken["rule"]) == ("review", "not_analyzed")
    assert (broken["confidence"], broken["error_code"]) == (None, "InvalidImageFormatException")
    assert (unknown["bucket"], unknown["error_code"]) == (None, "UNACCOUNTED")
    assert {(row["job_id"], row["engine"], row["model_version"], row["policy"]) for row in rows} == {
        ("j1", "bulk", "7.0", "shop")
    }
    assert {row["analyzed_at"] for row in rows} == {NOON}


ADDED = [
    *("etag", "size_bytes", "last_modified"),
    *("dag_id", "run_id", "min_confidence", "policy_digest", "decided_by"),
]


@pytest.mark.parametrize("table", ["images", "labels"])
def test_every_row_says_who_decided_where_and_about_which_bytes(stage, local, table):
    pills = decode_result_line(FLAGGED, 1).source_ref
    write(stage, job(), OUTCOMES, listed={pills: ShardEntry(pills, "e1", 0, "", NOON, 12)})
    found = ds.dataset(local() / table).to_table()
    assert found.schema.names[-len(ADDED) :] == ADDED
    first, *others = found.to_pylist()
    assert [first[name] for name in ADDED[:3]] == ["e1", 12, NOON]
    run = ("nightly", "r1", 40.0, policy_digest(POLICY), "policy")
    assert {tuple(row[name] for name in ADDED[3:]) for row in (first, *others)} == {run}
    if table == "images":
        assert {tuple(row[name] for name in ADDED[:3]) for row in others} == {(None, None, None)}


@pytest.fixture
def old_and_new(stage, local):
    """A file of the release before these columns, beside a new one."""
    write(stage, job(), OUTCOMES)
    write(stage, job("j2", NOON.replace(day=21)), OUTCOMES)
    folder = local()
    for table in ("images", "labels"):
        old = folder / table / "analyzed_date=2026-11-20" / "j1.parquet"
        pq.write_table(pq.read_table(old, partitioning=None).drop_columns(ADDED), old)
    return folder


@pytest.mark.parametrize("table", ["images", "labels"])
def test_duckdb_reads_files_of_the_release_before_beside_new_ones(old_and_new, table):
    files = f"{old_and_new}/{table}/*/*.parquet"
    found = duckdb.read_parquet(files, hive_partitioning=True, union_by_name=True)
    days = found.aggregate("analyzed_date::varchar AS day, count(run_id) AS runs, count(*) AS n", "day")
    (_, old_runs, old), (_, new_runs, new) = days.order("day").fetchall()
    assert (old_runs, new_runs) == (0, new)
    assert old == new
    before = duckdb.read_parquet(files, hive_partitioning=True)  # takes the columns of the first file
    assert before.aggregate("count(*)").fetchall() == [(old + new,)]


@pytest.mark.parametrize(("table", "schema"), [("images", images_schema()), ("labels", labels_schema())])
def test_pyarrow_reads_files_of_the_release_before_beside_new_ones(old_and_new, table, schema):
    rows = ds.dataset(old_and_new / table, schema=schema).to_table().to_pylist()
    assert {row["run_id"] for row in rows if row["job_id"] == "j1"} == {None}
    assert {row["run_id"] for row in rows if row["job_id"] == "j2"} == {"r1"}
    assert len([row for row in rows if row["job_id"] == "j1"]) == len(rows) / 2


def test_duckdb_reads_both_tables_by_their_partitions(stage, local):
    write(stage, job(), OUTCOMES)
    write(stage, job("j2", NOON.replace(day=21)), Outcomes(OUTCOMES.results))
    folder = local()
    images = duckdb.read_parquet(f"{folder}/images/*/*.parquet", hive_partitioning=True)
    by_day = images.aggregate("analyzed_date::varchar AS day, count(*)", "day").order("day").fetchall()
    assert by_day == [("2026-11-20", 4), ("2026-11-21", 2)]
    labels = duckdb.read_parquet(f"{folder}/labels/*/*.parquet", hive_partitioning=True)
    worst = labels.filter("verdict = 'block'").aggregate("label, count(*)", "label").order("label").fetchall()
    assert worst == [("Drugs & Tobacco", 2), ("Pills", 2)]
    parents = labels.project("label, parent").distinct().order("label").fetchall()
    assert parents == [("Drugs & Tobacco", None), ("Pills", "Products")]


def test_a_retry_replaces_the_jobs_rows_by_the_same_bytes(stage):
    first = write(stage, job(), OUTCOMES)
    before = [stage.objects.read(S3Uri("analysis", uri.removeprefix("s3://analysis/"))) for uri in first]
    assert write(stage, job(), OUTCOMES) == first
    again = [stage.objects.read(S3Uri("analysis", uri.removeprefix("s3://analysis/"))) for uri in first]
    assert again == before
    assert len(list(stage.objects.iter_objects(PREFIX))) == 2


@pytest.mark.parametrize("at", [0, 1])
def test_killed_between_its_writings_and_retried_each_image_is_there_once(stage, local, monkeypatch, at):
    real, left = stage.objects.put, [at]

    def dies(*arguments):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        real(*arguments)

    monkeypatch.setattr(stage.objects, "put", dies)
    with pytest.raises(KeyboardInterrupt):
        write(stage, job(), OUTCOMES)
    monkeypatch.undo()
    assert not [each for each in stage.objects.iter_objects(PREFIX) if "/images/" in each.uri.key]
    write(stage, job(), OUTCOMES)
    assert ds.dataset(local() / "images").count_rows() == 4


def test_a_policy_without_a_name_is_null(stage, local):
    with JobTables(job(), PREFIX, replace(JUDGEMENT, policy=None), {}) as tables:
        tables.add(Outcomes(OUTCOMES.results), [verdict(result, POLICY) for result in OUTCOMES.results])
        tables.write(stage.objects)
    for table in ("images", "labels"):
        assert set(ds.dataset(local() / table).to_table()["policy"].to_pylist()) == {None}


def test_rows_are_written_in_groups_while_the_job_is_read(stage, local):
    part = Outcomes(OUTCOMES.results * 5_000)
    write(stage, job(), *[part] * 8)
    for table in ("images", "labels"):
        (file,) = (local() / table).rglob("*.parquet")
        found = pq.ParquetFile(file).metadata
        groups = [found.row_group(number).num_rows for number in range(found.num_row_groups)]
        assert sum(groups) == 80_000
        assert len(groups) > 1, "nothing of a job is held until its end"
        assert min(groups[:-1]) > 50_000, "a small group costs readers more than it spares"


@pytest.mark.parametrize("parts", [(), (OUTCOMES,), (OUTCOMES, OUTCOMES)])
def test_what_is_told_of_a_file_is_what_pyarrow_finds_in_it(stage, parts):
    with JobTables(job(), PREFIX, JUDGEMENT, {}) as tables:
        for part in parts:
            tables.add(part, [verdict(result, POLICY) for result in part.results])
        written = tables.write(stage.objects)

    assert [file.folder for file in written] == ["s3://analysis/tables/labels", "s3://analysis/tables/images"]
    for file in written:
        body = stage.objects.read(parse_s3_uri(file.uri))
        found = pq.ParquetFile(io.BytesIO(body))
        assert (file.rows, file.size_bytes) == (found.metadata.num_rows, len(body))
        assert file.columns == {column.name: str(column.type) for column in found.schema_arrow}


def test_keys_are_told_beside_lines_that_name_no_image(stage, local):
    failures = [ImageFailure(None, "UNACCOUNTED", "unknown"), ImageFailure("no uri", "X", "no uri")]
    write(stage, job(), Outcomes(failures=failures[:1]), Outcomes(OUTCOMES.results, failures[1:]))
    write(stage, job("j2"), Outcomes(failures=failures[:1]), Outcomes(OUTCOMES.results))
    rows = ds.dataset(local() / "images").to_table().sort_by("job_id").to_pylist()
    assert [(row["bucket"], row["key"]) for row in rows] == [
        (None, None),
        ("photos", "a=b/'pills\n.jpg"),
        ("photos", "cat.jpg"),
        (None, None),
        (None, None),
        ("photos", "a=b/'pills\n.jpg"),
        ("photos", "cat.jpg"),
    ]


def test_a_job_without_images_has_tables_without_rows(stage, local):
    write(stage, job())
    assert ds.dataset(local() / "images").count_rows() == 0


def test_parts_of_a_job_make_one_file(stage, local):
    write(stage, job(), OUTCOMES, Outcomes(), OUTCOMES)
    (file,) = (local() / "images").rglob("*.parquet")
    assert pq.read_schema(file).equals(images_schema())
    assert pq.ParquetFile(file).metadata.num_rows == 8
