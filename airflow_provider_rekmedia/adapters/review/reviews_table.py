"""Writes the table ``reviews`` as Parquet: one row for each decision of a person."""

import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

import msgspec

from airflow_provider_rekmedia.adapters.parquet_rows import pyarrow_parquet
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.review.decision_record import DecisionRecord
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["require_parquet", "reviews_schema", "write_reviews_table"]

#: Bounds the memory: the rows of a group are Python objects until they are written.
_ROWS_OF_A_GROUP: Final = 10_000
_CONTENT_TYPE: Final = "application/vnd.apache.parquet"


def require_parquet() -> Any:
    """
    Return pyarrow's Parquet module.

    :raises ExtraMissing: pyarrow is not installed.
    """
    return pyarrow_parquet("parquet, the table of the task that finishes the review,")


def reviews_schema() -> Any:
    """Describe the table; most columns have the name of a field of :class:`DecisionRecord`."""
    import pyarrow as pa  # noqa: PLC0415 an extra

    label = pa.struct(
        [("name", pa.string()), ("parent", pa.string()), ("level", pa.int8()), ("confidence", pa.float32())]
    )
    names = pa.list_(pa.field("element", pa.string()))
    time = pa.timestamp("us", "UTC")
    return pa.schema(
        [
            ("record_id", pa.string()),
            ("decided_at", time),
            ("night", pa.date32()),
            *((name, pa.string()) for name in ("reviewer", "reviewer_source", "decision", "verdict_before")),
            *((name, pa.string()) for name in ("uri", "bucket", "key", "etag")),
            ("last_modified", time),
            ("rule", pa.string()),
            ("confidence", pa.float32()),
            ("labels", pa.list_(pa.field("element", label))),
            ("labels_wrong", names),
            ("labels_missing", names),
            *((name, pa.string()) for name in ("sample", "stratum")),
            ("inclusion_probability", pa.float64()),
            *((name, pa.string()) for name in ("model_version", "job_id", "policy", "policy_digest")),
            *((name, pa.string()) for name in ("dag_id", "run_id", "task_id")),
            ("map_index", pa.int32()),
            ("try_number", pa.int32()),
            ("queue", pa.string()),
            *((name, pa.int32()) for name in ("position", "queue_seconds", "queue_revealed", "queue_items")),
        ]
    )


def write_reviews_table(records: Iterable[DecisionRecord], uri: S3Uri, objects: S3Objects) -> None:
    """
    Write the file of a run, or replace it. A file without rows has all columns.

    :param records: With pseudonyms.
    :raises ExtraMissing: pyarrow is not installed.
    :raises ServiceError: S3 refused.
    """
    parquet = require_parquet()
    import pyarrow as pa  # noqa: PLC0415 an extra

    schema = reviews_schema()
    remaining = iter(records)
    with tempfile.TemporaryFile(prefix="rekmedia-") as file:
        with parquet.ParquetWriter(file, schema) as writer:
            while rows := [_row(record) for record in islice(remaining, _ROWS_OF_A_GROUP)]:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
        file.seek(0)
        objects.put(uri, file, _CONTENT_TYPE)


def _row(record: DecisionRecord) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(datetime, date))
    # AT is a keyword of SQL, so readers would have to quote the name of the field.
    return row | {"decided_at": record.at}
