"""The DDL of docs/reference/tables.md has all columns of the files, in their order, and no other."""

import io
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from adapters.results.test_tables import OUTCOMES, job, write

from airflow_provider_rekmedia.adapters.review.reviews_table import reviews_schema
from airflow_provider_rekmedia.core.s3_uri import parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.table_keys import IMAGES, LABELS, REVIEWS

PAGE = (Path(__file__).parents[3] / "docs/reference/tables.md").read_text()
LABEL = "struct<name: string, parent: string, level: int8, confidence: float>"
KIND = "struct<name: string, confidence: float>"

#: Types of both DDLs, by pyarrow's.
ATHENA = {
    "string": "string",
    "float": "float",
    "int8": "tinyint",
    "int64": "bigint",
    "timestamp[us, tz=UTC]": "timestamp",
    f"list<element: {LABEL}>": "array<struct<name:string, parent:string, level:tinyint, confidence:float>>",
    f"list<element: {KIND}>": "array<struct<name:string, confidence:float>>",
}
SNOWFLAKE = {
    "string": "text",
    "float": "float",
    "int8": "number",
    "int64": "number",
    "timestamp[us, tz=UTC]": "timestamp_ntz",
    f"list<element: {LABEL}>": "array",
    f"list<element: {KIND}>": "array",
}

ATHENA |= {
    "date32[day]": "date",
    "double": "double",
    "int32": "int",
    "list<element: string>": "array<string>",
}
SNOWFLAKE |= {"date32[day]": "date", "double": "float", "int32": "number", "list<element: string>": "array"}

each_table = pytest.mark.parametrize("table", [IMAGES, LABELS])


@pytest.fixture
def columns(stage):
    """Read a table's columns, with their types, as another reader of the file sees them."""
    uris = write(stage, job(), OUTCOMES)

    def read(table):
        (uri,) = (uri for uri in uris if f"/{table}/" in uri)
        schema = pq.read_schema(io.BytesIO(stage.objects.read(parse_s3_uri(uri))))
        return [(each.name, str(each.type)) for each in schema]

    return read


def documented(engine, table):
    """The columns, and what follows them."""
    (ddl,) = re.findall(rf"CREATE EXTERNAL TABLE {table} \(\n(.*?)\n\)\n(.*?)```", section(engine), re.DOTALL)
    return ddl


def section(engine):
    return PAGE.split(f"\n### {engine}\n")[1].split("\n#")[0]


@each_table
def test_athena_columns_and_types_match_the_files(columns, table):
    ddl, rest = documented("Athena and Glue", table)

    columns_of_ddl = re.findall(r"`?(\w+)`? (array<struct<[^>]*>>|\w+)(?:,\s|$)", ddl)

    assert columns_of_ddl == [(name, ATHENA[kind]) for name, kind in columns(table)]
    assert "PARTITIONED BY (analyzed_date string)" in rest
    assert f"/{table}/'" in rest


def test_athena_columns_of_reviews_match_the_schema():
    ddl, rest = documented("Athena and Glue", REVIEWS)

    found = re.findall(r"`?(\w+)`? (array<struct<[^>]*>>|array<string>|\w+)(?:,\s|$)", ddl)

    assert found == [(column.name, ATHENA[str(column.type)]) for column in reviews_schema()]
    # The table has no partitions.
    assert rest.startswith("STORED AS PARQUET")


def test_snowflake_columns_of_reviews_match_the_schema():
    ddl, _ = documented("Snowflake", REVIEWS)

    found = re.findall(r"^  (\w+) (\w+) AS \(.*value:\1::.*\),?$", ddl, re.MULTILINE)

    assert found == [(column.name, SNOWFLAKE[str(column.type)]) for column in reviews_schema()]


@each_table
def test_snowflake_columns_and_types_match_the_files(columns, table):
    ddl, rest = documented("Snowflake", table)

    day, *columns_of_ddl = re.findall(r"^  (\w+) (\w+) AS \((.*)\),?$", ddl, re.MULTILINE)

    assert len(columns_of_ddl) + 1 == len(ddl.splitlines())
    assert day[:2] == ("analyzed_date", "date")
    assert [(name, kind) for name, kind, _ in columns_of_ddl] == [
        (name, SNOWFLAKE[kind]) for name, kind in columns(table)
    ]
    for name, kind, expression in columns_of_ddl:
        plain = f"value:{name}::{kind}"
        # A number of microseconds, or a text: it depends on the file format. Of text, both are understood.
        assert expression == (f"to_timestamp_ntz(value:{name}::text)" if kind == "timestamp_ntz" else plain)
    assert "PARTITION BY (analyzed_date)" in rest
    assert f"LOCATION = @moderation/{table}/" in rest
