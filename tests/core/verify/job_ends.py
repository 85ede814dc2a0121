"""Ends of jobs, as the service could return them."""

from dataclasses import replace

from airflow_provider_rekmedia.core.jobs.job import JobStatus
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verify.experiments import plan_experiments
from airflow_provider_rekmedia.core.verify.outcome import JobEnd

PREFIX = S3Uri("bucket", "verify/")
EXPERIMENTS = plan_experiments(PREFIX, "f00d", "arn:adapter")
JOB_ID = "0123456789abcdef" * 4
FAILED = {"missing": 1, "wrong format": 6, "too small": 7, "truncated": 8}


def result(uri, *labels, **members):
    found = [{"Name": name, "Confidence": pct} for name, pct in labels]
    return {"source-ref": uri, "detect-moderation-labels": {"ModerationLabels": found} | members}


def error(uri, number, code="X", key="line-numer"):
    named = {"source-ref": uri} if uri else {}
    return {key: number, "code": code, "message": f"about {code}"} | named


def summary(errors, *, total, valid):
    counts = {"total-json-lines": total, "valid-json-lines": valid, "invalid-json-lines": len(errors)}
    return {"version": "1.0", "statistics": counts, "errors": errors}


def mixed(**changes):
    """The end of the job ``mixed`` as AWS's documentation suggests it."""
    experiment = EXPERIMENTS["mixed"]
    errors = [error(experiment.uri_of(role), index + 1, role) for role, index in FAILED.items()]
    errors.append(error(None, 6, "bad line"))
    failed = {experiment.uri_of(role) for role in FAILED}
    results = [result(line.uri) for line in experiment.lines if line.uri and line.uri not in failed]
    end = JobEnd(
        experiment=experiment,
        job_id=JOB_ID,
        status=JobStatus.SUCCEEDED,
        results_key=f"verify/out-mixed/{JOB_ID}-results.jsonl",
        summary_key=f"verify/out-mixed/{JOB_ID}-manifest-summary.json",
        results=results,
        summary=summary(errors, total=15, valid=10),
        duration_s=61.0,
    )
    return replace(end, **changes)


def slash(**changes):
    """The end of the job ``slash``, whose first line has a byte order mark."""
    experiment = EXPERIMENTS["slash"]
    end = JobEnd(
        experiment=experiment,
        job_id=JOB_ID,
        status=JobStatus.SUCCEEDED,
        results_key=f"verify/out-slash/{JOB_ID}-results.jsonl",
        results=[result(line.uri) for line in experiment.lines],
    )
    return replace(end, **changes)
