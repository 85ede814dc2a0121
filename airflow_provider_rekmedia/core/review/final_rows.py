"""Turns decisions into the rows of final verdict files."""

from typing import assert_never

import msgspec

from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import DecidedBy, VerdictRow

from .answer import ReviewDecision
from .queue import ReviewItem, ReviewQueue

__all__ = ["audit_row", "final_row"]


def final_row(row: VerdictRow, decision: ReviewDecision | None) -> VerdictRow | None:
    """
    Return the final row of an image.

    :param decision: ``None`` if nobody decided: the verdict of the policy counts.
    :return: ``None`` if verdict files must not have the image: a person allowed or escalated it.
    """
    match decision:
        case None | ReviewDecision.SKIP:
            return row
        case ReviewDecision.ALLOW | ReviewDecision.ESCALATE:
            return None
        case ReviewDecision.BLOCK:
            return msgspec.structs.replace(row, verdict=Decision.BLOCK, decided_by=DecidedBy.PERSON)
        case _:
            assert_never(decision)


def audit_row(item: ReviewItem, queue: ReviewQueue) -> VerdictRow:
    """Return the row of an image that the policy allowed and a person blocked."""
    return VerdictRow(
        uri=item.uri,
        bucket=item.bucket,
        key=item.key,
        etag=item.etag,
        size_bytes=item.size_bytes,
        last_modified=item.last_modified,
        verdict=Decision.BLOCK,
        rule=item.rule or "",
        labels=item.labels,
        confidence=item.confidence,
        decided_by=DecidedBy.PERSON,
        dag_id=queue.dag_id,
        run_id=queue.run_id,
        job_id=item.job_id,
        model_version=item.model_version,
        policy=queue.policy,
        policy_digest=item.policy_digest or queue.policy_digest,
    )
