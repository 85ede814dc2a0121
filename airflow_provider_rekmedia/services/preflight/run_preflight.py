"""Runs all checks: an error of one check is a finding, and the next check follows."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from airflow_provider_rekmedia.adapters.aws_clients import PreflightClients
from airflow_provider_rekmedia.core.errors import RekmediaError
from airflow_provider_rekmedia.core.images.estimate import Estimate
from airflow_provider_rekmedia.core.images.prices import RegionQuota
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome, raise_failures
from airflow_provider_rekmedia.core.preflight.planned_run import plan_run
from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments

from .check_cost import check_cost
from .check_engine import check_engine
from .check_extras import check_extras
from .check_identity import check_identity
from .check_ledger import check_ledger
from .check_paid_probe import check_paid_probe
from .check_policy import check_policy
from .check_quotas import check_quotas
from .check_region import check_region
from .check_source import check_source
from .check_writes import check_writes
from .state import Check, PreflightState

__all__ = ["PreflightResult", "run_preflight"]

_LOG: Final = logging.getLogger(__name__)

#: In the order of the report.
_CHECKS: Final[Mapping[str, Check]] = {
    "identity": check_identity,
    "policy": check_policy,
    "extras": check_extras,
    "region": check_region,
    "source": check_source,
    "write": check_writes,
    "engine": check_engine,
    "quotas": check_quotas,
    "ledger": check_ledger,
    "cost": check_cost,
    "paid probe": check_paid_probe,
}
#: These work without a connection. A policy in S3 does not: then its check is skipped like the others.
_LOCAL: Final = frozenset({"policy", "extras"})
_MAX_XCOM_FINDINGS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightResult:
    """
    What the checks found.

    :param estimate: ``None`` if the images were not counted.
    :param quota: Quotas of the account; ``None`` if they are not known.
    """

    findings: Sequence[Finding]
    estimate: Estimate | None
    quota: RegionQuota | None

    def check(self) -> None:
        """
        Raise one error for all failures.

        :raises PreflightFailed: A check failed.
        """
        raise_failures(self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return the result for an XCom. It has no identity: that may name an account."""
        findings = [finding for finding in self.findings if finding.check != "identity"]
        quota = self.quota
        return {
            "findings": [finding.as_dict() for finding in findings[:_MAX_XCOM_FINDINGS]],
            "estimate": None if self.estimate is None else self.estimate.as_dict(),
            "quotas": None
            if quota is None
            else {"concurrent_jobs": quota.concurrent_jobs, "images_per_s": quota.images_per_s},
        }


def run_preflight(
    arguments: RunArguments,
    clients: PreflightClients,
    *,
    check_connection: Callable[[], None],
    paid_probe: bool = False,
) -> PreflightResult:
    """
    Check everything that a run needs. Nothing is analyzed or billed, except with *paid_probe*.

    :param check_connection: Raises an error of this package if the connection does not exist.
    :param paid_probe: Whether to analyze one image, which is billed.
    :raises InvalidArgument: There is no such engine.
    """
    plan, findings = plan_run(arguments)
    state = PreflightState(plan=plan, clients=clients, paid_probe=paid_probe)
    has_connection = _is_found(check_connection, findings)
    for name, check in _CHECKS.items():
        if not has_connection and not (name in _LOCAL and not _is_in_s3(plan.policy)):
            findings.append(_skipped(name))
            continue
        findings += _run(name, check, state)
        if name == "identity":
            has_connection = findings[-1].outcome is not Outcome.FAILED
    for finding in findings:
        level = logging.INFO if finding.outcome is Outcome.OK else logging.WARNING
        _LOG.log(level, "Preflight %s: %s", finding.outcome, finding)
    return PreflightResult(findings=findings, estimate=state.estimate, quota=state.quota)


def _is_found(check_connection: Callable[[], None], findings: list[Finding]) -> bool:
    try:
        check_connection()
    except RekmediaError as error:
        findings.append(Finding.of_error("connection", "", error))
        return False
    return True


def _run(name: str, check: Check, state: PreflightState) -> list[Finding]:
    findings: list[Finding] = []
    try:
        findings.extend(check(state))
    except RekmediaError as error:
        findings.append(Finding.of_error(name, "", error))
    return findings


def _is_in_s3(policy: Any) -> bool:
    return isinstance(policy, str) and policy.startswith("s3://")


def _skipped(name: str) -> Finding:
    text = "not checked, because the connection cannot be used"
    return Finding(check=name, outcome=Outcome.SKIPPED, text=text)
