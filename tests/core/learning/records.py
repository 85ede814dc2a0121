"""Records of the audit trail about made-up images."""

from datetime import UTC, date, datetime

from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.decision_record import DecisionRecord, record_id
from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.review.queue_decisions import ReviewerSource
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel


def record(number, word="block", *, labels=("Alcohol",), bucket="photos", suffix=".jpg", **changes):
    """What Ann decided about an image."""
    key = f"{number}{suffix}"
    members = {
        "record_id": record_id("queue", number),
        "at": datetime(2026, 11, 2, tzinfo=UTC),
        "night": date(2026, 11, 1),
        "reviewer": "ann",
        "reviewer_source": ReviewerSource.HITL,
        "dag_id": "moderate",
        "run_id": "run",
        "position": number,
        "uri": f"s3://{bucket}/{key}",
        "bucket": bucket,
        "key": key,
        "etag": f"etag {number}",
        "policy": None,
        "policy_digest": "d",
        "rule": labels[0] if labels else None,
        "confidence": 80.0 if labels else None,
        "labels": tuple(VerdictLabel(name, None, 1, 80.0) for name in labels),
        "verdict_before": Decision.REVIEW if labels else Decision.ALLOW,
        "decision": ReviewDecision(word),
        "sample": Sample.QUEUE,
    }
    return DecisionRecord(**(members | changes))
