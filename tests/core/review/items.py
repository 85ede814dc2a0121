"""Images and queues for tests of reviews."""

from datetime import UTC, datetime

from airflow_provider_rekmedia.core.review.queue import ReviewItem, ReviewQueue
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def item(name="a.jpg", **changes):
    values = {
        "uri": f"s3://photos/{name}",
        "bucket": "photos",
        "key": name,
        "etag": f"etag of {name}",
        "verdict": Decision.REVIEW,
        "rule": "Smoking",
        "labels": (VerdictLabel("Smoking", "Drugs & Tobacco", 2, 71.5),),
        "confidence": 71.5,
        "job_id": "job-1",
        "model_version": "7.0",
    }
    return ReviewItem(**values | changes)


def queue(*items, **changes):
    values = {
        "number": 0,
        "dag_id": "nightly",
        "run_id": "monday",
        "policy": "marketplace",
        "policy_digest": "digest",
        "created_at": NOON,
        "holds": "s3://ops/holds/",
        "items": items or (item(),),
    }
    return ReviewQueue(**values | changes)
