"""Checks that the connection has credentials that AWS accepts."""

from collections.abc import Iterator

from airflow_provider_rekmedia.adapters.account import fetch_identity
from airflow_provider_rekmedia.core.errors import NoCredentials, ServiceError
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome

from .state import PreflightState

__all__ = ["check_identity"]


def check_identity(state: PreflightState) -> Iterator[Finding]:
    """
    Ask STS who calls. If STS cannot be reached, that is a note: a private network may have no route to it.

    :raises InvalidRegion: The connection has no region.
    :raises NoCredentials: There are no credentials, or AWS does not accept them.
    """
    client = state.clients.account_client("sts")
    try:
        text = f"{fetch_identity(client)} in {state.clients.region}"
        outcome = Outcome.OK
    except NoCredentials:
        raise
    except ServiceError as error:
        text, outcome = f"unknown, because STS did not say it: {error.code}", Outcome.NOTE
    yield Finding(check="identity", outcome=outcome, text=text)
