"""What the checks of one preflight share: the plan, the clients, and what earlier checks found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from airflow_provider_rekmedia.adapters.aws_clients import PreflightClients
from airflow_provider_rekmedia.core.images.estimate import Estimate
from airflow_provider_rekmedia.core.images.prices import RegionQuota
from airflow_provider_rekmedia.core.preflight.finding import Finding
from airflow_provider_rekmedia.core.preflight.planned_run import PlannedRun

__all__ = ["Check", "PreflightState"]


@dataclass(slots=True)
class PreflightState:
    """
    The state of one preflight.

    :param paid_probe: Whether one image may be analyzed, which is billed.
    :param unusable_buckets: Buckets that do not exist or are in another region. No later check calls them.
    :param quota: Quotas of the account; ``None`` if they are not known.
    :param estimate: Figures of the images that were counted; ``None`` if none were.
    """

    plan: PlannedRun
    clients: PreflightClients
    paid_probe: bool = False
    unusable_buckets: set[str] = field(default_factory=set)
    quota: RegionQuota | None = None
    estimate: Estimate | None = None


#: One kind of check. It raises an error of this package if its first call is refused.
Check = Callable[[PreflightState], Iterable[Finding] | Iterator[Finding]]
