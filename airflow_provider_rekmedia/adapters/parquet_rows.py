"""Reads rows of a Parquet file with pyarrow, which the extra ``parquet`` installs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

from airflow_provider_rekmedia.core.errors import ExtraMissing

__all__ = ["iter_parquet_rows", "pyarrow_parquet"]

_ROWS_AT_ONCE: Final = 10_000


def pyarrow_parquet(wanted_for: str) -> Any:
    """
    Import pyarrow's Parquet module; a plain install does not have it.

    :param wanted_for: What the user asked for, for the error.
    :raises ExtraMissing: pyarrow is not installed.
    """
    try:
        import pyarrow.parquet as module  # noqa: PLC0415 an extra, and 50 ms
    except ImportError as missing:
        raise ExtraMissing(extra="parquet", wanted_for=wanted_for) from missing
    return module


def iter_parquet_rows(file: IO[bytes], columns: Sequence[str] | None = None) -> Iterator[Mapping[str, Any]]:
    """
    Read rows, lazily, 10,000 at a time.

    Binary columns are text in UTF-8: some writers do not mark their texts as such.

    :param columns: Columns to read; ``None`` reads all. Columns that the file lacks are skipped.
    :raises ExtraMissing: pyarrow is not installed.
    :raises ValueError: It is not a Parquet file, or a binary value is not UTF-8; pyarrow's errors are of this
        class.
    """
    table = pyarrow_parquet("a list of images in Parquet").ParquetFile(file)
    wanted = None if columns is None else [name for name in columns if name in table.schema_arrow.names]
    for batch in table.iter_batches(_ROWS_AT_ONCE, columns=wanted):
        for row in batch.to_pylist():
            yield {name: _text(value) for name, value in row.items()}


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value
