"""Which run judged images, and by which policy."""

from dataclasses import dataclass
from typing import Self

from .policy import Policy
from .policy_digest import policy_digest
from .verdict import Verdict

__all__ = ["Judgement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """
    Values that are the same for every image of a run, in verdict files and tables.

    :param policy: The name of the policy; ``None`` if it has none.
    :param policy_digest: See :func:`policy_digest`.
    :param not_analyzed: The verdict on an image that failed or is unaccounted for.
    """

    dag_id: str
    run_id: str
    policy: str | None
    policy_digest: str
    not_analyzed: Verdict

    @classmethod
    def by(cls, policy: Policy, *, dag_id: str, run_id: str) -> Self:
        """Return the values of a run that uses this policy."""
        return cls(
            dag_id=dag_id,
            run_id=run_id,
            policy=policy.name or None,
            policy_digest=policy_digest(policy),
            not_analyzed=policy.not_analyzed_verdict,
        )
