"""Rows of verdict files for tests of reviews."""

from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import DecidedBy, VerdictLabel, VerdictRow


def row(name="a.jpg", **changes):
    values = {
        "uri": f"s3://photos/{name}",
        "bucket": "photos",
        "key": name,
        "etag": f"etag of {name}",
        "size_bytes": 1,
        "last_modified": None,
        "verdict": Decision.REVIEW,
        "rule": "Smoking",
        "labels": (VerdictLabel("Smoking", "Drugs & Tobacco", 2, 71.5),),
        "confidence": 71.5,
        "decided_by": DecidedBy.POLICY,
        "dag_id": "nightly",
        "run_id": "monday",
        "job_id": "job-1",
        "model_version": "7.0",
        "policy": "marketplace",
        "policy_digest": "digest",
    }
    return VerdictRow(**values | changes)
