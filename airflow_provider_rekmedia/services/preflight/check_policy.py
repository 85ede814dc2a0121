"""Checks the policy, and its thresholds against the confidence of the job."""

from collections.abc import Iterator

from airflow_provider_rekmedia.adapters.results.policy_file import load_policy
from airflow_provider_rekmedia.core.counted import counted
from airflow_provider_rekmedia.core.preflight.finding import Finding, Outcome
from airflow_provider_rekmedia.core.verdicts.thresholds import check_thresholds

from .state import PreflightState

__all__ = ["check_policy"]


def check_policy(state: PreflightState) -> Iterator[Finding]:
    """
    Load the policy.

    :raises PolicyMissing: There is no such policy.
    :raises InvalidPolicy: It is not a policy, or a threshold is below the confidence of the job.
    :raises ServiceError: S3 refused to read it.
    """
    plan = state.plan
    if plan.policy is None:
        text = "no policy: every image with a label will be reviewed"
        yield Finding(check="policy", outcome=Outcome.OK, text=text)
        return
    policy = load_policy(plan.policy, state.clients.objects)
    check_thresholds(policy, plan.min_confidence)
    text = f"{policy.name or 'without a name'}, {counted(len(policy.rules), 'rule')} for labels"
    yield Finding(check="policy", outcome=Outcome.OK, text=text)
