"""Checks that the packages of the extras that the run needs are installed on this machine."""

from collections.abc import Callable, Iterator

from airflow_provider_rekmedia.adapters.parquet_rows import pyarrow_parquet
from airflow_provider_rekmedia.adapters.review.previews import preview_maker
from airflow_provider_rekmedia.adapters.review.reviews_table import require_parquet
from airflow_provider_rekmedia.core.errors import ExtraMissing
from airflow_provider_rekmedia.core.images.source import ListFiles
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome
from airflow_provider_rekmedia.core.preflight.planned_run import PlannedRun

from .state import PreflightState

__all__ = ["check_extras"]


def check_extras(state: PreflightState) -> Iterator[Finding]:
    """Import pyarrow for tables and lists in Parquet, and Pillow for the previews of a review."""
    for extra, import_extra in _iter_extras(state.plan):
        try:
            import_extra()
        except ExtraMissing as error:
            yield Finding.of_error("extras", "", error)
        else:
            text = f"{extra} is installed on this worker"
            yield Finding(check="extras", outcome=Outcome.OK, text=text)


def _iter_extras(plan: PlannedRun) -> Iterator[tuple[str, Callable[[], object]]]:
    lists_parquet = isinstance(plan.source, ListFiles) and any(
        file.key.lower().endswith(".parquet") for file in plan.source.files
    )
    if plan.tables or lists_parquet:
        wanted_for = "parquet, the tables of the results task," if plan.tables else "the source"
        yield "parquet", lambda: pyarrow_parquet(wanted_for)
    elif plan.reviews_table:
        yield "parquet", require_parquet
    if plan.previews:
        yield "review", preview_maker
