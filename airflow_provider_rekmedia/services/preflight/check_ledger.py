"""Checks that the ledger can be read."""

from collections.abc import Iterator

from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.core.counted import counted
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome

from .state import PreflightState

__all__ = ["check_ledger"]


def check_ledger(state: PreflightState) -> Iterator[Finding]:
    """
    List the files of the ledger, and read the smallest.

    :raises UnreadableLedger: The file is damaged.
    :raises ServiceError: S3 refused.
    """
    ledger = state.plan.ledger
    if ledger is None or ledger.bucket in state.unusable_buckets:
        return
    files = Ledger(state.clients.objects, ledger).check_readable()
    text = f"can be read: {counted(files, 'file')}" if files else "is empty: every image is new"
    yield Finding(check="ledger", subject=str(ledger), outcome=Outcome.OK, text=text)
