"""The table ``reviews`` as Parquet, as other readers see it."""

import io
import json

import duckdb
import msgspec
import pyarrow.parquet as pq
from core.learning.records import record
from services.review.review_stage import Stage

from airflow_provider_rekmedia.adapters.review import reviews_table
from airflow_provider_rekmedia.adapters.review.reviews_table import write_reviews_table
from airflow_provider_rekmedia.core.review.decision_record import DecisionRecord, encode_records
from airflow_provider_rekmedia.core.s3_uri import S3Uri

URI = S3Uri("ops", "tables/reviews/r.parquet")


def written(records):
    stage = Stage()
    write_reviews_table(records, URI, stage.objects)
    return stage.s3.objects[str(URI)]


def plain(value):
    """A value as it is in JSON."""
    return json.loads(msgspec.json.encode(value))


def test_pyarrow_reads_the_fields_of_the_records():
    records = [record(1, "block", labels_missing=("Pills",)), record(2, "allow", labels=(), rule=None)]

    rows = pq.read_table(io.BytesIO(written(records))).to_pylist()

    lines = [json.loads(line) for line in encode_records(records).splitlines()]
    for row, line in zip(rows, lines, strict=True):
        assert {"version": 1, "at": plain(row.pop("decided_at"))} | plain(row) == line
    assert {*rows[0], "version", "at"} == {*DecisionRecord.__struct_fields__}


def test_duckdb_reads_the_table(tmp_path):
    file = tmp_path / "r.parquet"
    file.write_bytes(written([record(1, "block"), record(2, "allow"), record(3, "allow")]))

    query = "SELECT decision, count(*), max(labels[1].name) FROM read_parquet(?) GROUP BY 1 ORDER BY 1"

    found = duckdb.execute(query, [str(file)]).fetchall()

    assert found == [("allow", 2, "Alcohol"), ("block", 1, "Alcohol")]


def test_rows_are_written_in_groups_of_limited_size(monkeypatch):
    monkeypatch.setattr(reviews_table, "_ROWS_OF_A_GROUP", 2)

    file = pq.ParquetFile(io.BytesIO(written(record(number, "allow") for number in range(5))))

    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [2, 2, 1]


def test_a_review_without_decisions_has_a_file_with_all_columns(tmp_path):
    file = tmp_path / "r.parquet"
    file.write_bytes(written([]))

    query = "SELECT reviewer, decided_at, labels FROM read_parquet(?)"

    assert duckdb.execute(query, [str(file)]).fetchall() == []
