"""Checks that the packages of the extras that the run needs are installed on this machine."""

from collections.abc import Iterator

from airflow_provider_rekmedia.adapters.parquet_rows import pyarrow_parquet
from airflow_provider_rekmedia.core.images.source import ListFiles
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome

from .state import PreflightState

__all__ = ["check_extras"]


def check_extras(state: PreflightState) -> Iterator[Finding]:
    """
    Import pyarrow, if the run writes tables or reads a list in Parquet.

    :raises ExtraMissing: It is not installed.
    """
    source = state.plan.source
    lists_parquet = isinstance(source, ListFiles) and any(
        file.key.lower().endswith(".parquet") for file in source.files
    )
    if state.plan.tables or lists_parquet:
        pyarrow_parquet("parquet, the tables of the results task," if state.plan.tables else "the source")
        yield Finding(check="extras", outcome=Outcome.OK, text="parquet is installed on this worker")
