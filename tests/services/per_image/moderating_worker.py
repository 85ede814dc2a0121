"""
A worker that moderates a manifest and can be killed: one try of one task.

    python moderating_worker.py ENDPOINT MANIFEST TASK MAX_CONCURRENCY [MAX_TPS]

It prints what it has done once every five seconds, and at the end its job.
"""

import json
import sys

import boto3
from botocore.config import Config

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, fingerprint
from airflow_provider_rekmedia.core.jobs.job import encode_job
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest, encode_request
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob, SubmissionRequest
from airflow_provider_rekmedia.core.per_image.lease import LeaseTimes
from airflow_provider_rekmedia.core.per_image.settings import OnExpiredAdapter
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.services.per_image.manifest_lines import read_manifest_lines
from airflow_provider_rekmedia.services.per_image.options import PerImageOptions
from airflow_provider_rekmedia.services.per_image.resumable_job import run_or_resume


def print_line(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def print_progress(progress):
    print_line({"done": progress.done, "throttled": progress.throttled})


def main(endpoint, manifest, task, max_concurrency, max_tps=None):
    names = {"region_name": "us-east-1", "endpoint_url": endpoint}
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    once = Config(retries={"total_max_attempts": 1}, max_pool_connections=int(max_concurrency))
    objects = S3Objects(boto3.client("s3", **names, **keys))
    request = MediaAnalysisRequest(
        manifest=parse_s3_uri(manifest), output=S3Uri("analysis", "nightly/"), job_name="nightly"
    )
    members = encode_request(request)
    asked = SubmissionRequest(
        identity=TaskIdentity("nightly", "2026-05-01", task, -1),
        fingerprint=fingerprint(members, content="etag", route="aws_default@us-east-1"),
        request=members,
        clears=0,
        existing_job=ExistingJob.REATTACH,
    )
    options = PerImageOptions(
        max_tps=float(max_tps) if max_tps else None,
        max_concurrency=int(max_concurrency),
        on_expired_adapter=OnExpiredAdapter.WARN,
        on_progress=print_progress,
        # A retry after a kill need not wait for long, and a slow machine renews in time.
        lease_times=LeaseTimes(lease_s=3.0, send_s=2.0, renew_s=0.5, poll_s=0.1),
    )
    lines = read_manifest_lines(objects, request, "us-east-1")
    client = boto3.client("rekognition", **names, **keys, config=once)
    job = run_or_resume(asked, request, lines, client=client, objects=objects, options=options)
    print_line(encode_job(job))


if __name__ == "__main__":
    main(*sys.argv[1:])
