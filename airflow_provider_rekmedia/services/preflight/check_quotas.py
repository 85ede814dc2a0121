"""Reads the quotas of the account, if it may."""

from collections.abc import Iterator

from airflow_provider_rekmedia.adapters.account import iter_quotas
from airflow_provider_rekmedia.core.errors import ServiceError
from airflow_provider_rekmedia.core.images.prices import region_quota
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome
from airflow_provider_rekmedia.core.preflight.quotas import AccountQuota, account_quota

from .state import PreflightState

__all__ = ["check_quotas"]


def check_quotas(state: PreflightState) -> Iterator[Finding]:
    """Ask Service Quotas. A refusal is a note: then the estimate uses AWS's default quotas."""
    region = state.clients.region
    try:
        listed = list(iter_quotas(state.clients.account_client("service-quotas")))
    except ServiceError as error:
        default = region_quota(region)
        text = (
            f"unknown ({error.code} of ListServiceQuotas). The estimate uses AWS's defaults: "
            f"{default.concurrent_jobs} jobs at once, {default.images_per_s} images a second."
        )
        yield Finding(check="quotas", outcome=Outcome.NOTE, text=text)
        return
    found = account_quota(listed, region)
    state.quota = found.quota if found.is_known else None
    yield _report(found)


def _report(found: AccountQuota) -> Finding:
    text = f"{found.quota.concurrent_jobs} jobs at once, {found.quota.images_per_s} images a second"
    if found.zero:
        names = " and ".join(repr(name) for name in found.zero)
        text = (
            f"Service Quotas lists 0 for {names}. If AWS refuses the calls of the run, request an increase. "
            f"The estimate uses {text}."
        )
        return Finding(check="quotas", outcome=Outcome.NOTE, text=text)
    if not found.is_known:
        text = f"Service Quotas lists no quota of this package's calls. AWS's defaults are {text}."
        return Finding(check="quotas", outcome=Outcome.NOTE, text=text)
    return Finding(check="quotas", outcome=Outcome.OK, text=text)
