import io
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from airflow_provider_rekmedia.adapters.parquet_rows import iter_parquet_rows
from airflow_provider_rekmedia.core.errors import ExtraMissing


def file_of(**columns):
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    file.seek(0)
    return file


def test_only_existing_requested_columns_are_read():
    rows = iter_parquet_rows(file_of(key=["a", "b"], size=[1, 2]), ["key", "etag"])
    assert list(rows) == [{"key": "a"}, {"key": "b"}]


def test_without_pyarrow_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ExtraMissing, match=r"airflow-provider-rekmedia\[parquet\]"):
        next(iter_parquet_rows(io.BytesIO()))
