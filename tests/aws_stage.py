"""Buckets, a manifest and one task that runs against the emulator."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from buckets import create_buckets
from image_files import image_bytes

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.jobs.submission_records import SubmissionRecordStore
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, fingerprint
from airflow_provider_rekmedia.core.jobs.request import MediaAnalysisRequest, encode_request
from airflow_provider_rekmedia.core.jobs.submission_decision import ExistingJob, SubmissionRequest
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.submit_job import bulk_record_uri, submit_or_attach

MANIFEST = S3Uri("photos", "manifest.jsonl")
OUTPUT = S3Uri("analysis", "nightly/")
IMAGES = 3


class Stage:
    """
    A bucket ``photos`` with three images and their manifest, and a bucket ``analysis``.

    ``jobs`` and ``objects`` are the adapters under test; a test may put its own in their place. A stage is
    also what services get as ``clients``.
    """

    region = "us-east-1"
    route = "aws_default@us-east-1"

    def __init__(self, emulator, rekognition, s3):
        self.emulator = emulator
        self.rekognition = rekognition
        self.s3 = s3
        self.jobs = MediaAnalysisJobs(rekognition)
        self.objects = S3Objects(s3)
        self.now = datetime.now(UTC)
        create_buckets(s3, "photos", "analysis")
        self.put_manifest(*(self.put_image(f"{number}.jpg") for number in range(IMAGES)))

    def unretried_client(self, max_connections):
        return self.rekognition

    def account_client(self, service):
        return self.emulator.client(service)

    def put_image(self, key, *, labels="", body=None):
        metadata = {"rekmedia-labels": labels} if labels else {}
        body = image_bytes(90, color="white") if body is None else body
        self.s3.put_object(Bucket="photos", Key=key, Body=body, Metadata=metadata)
        return f"s3://photos/{key}"

    def put_manifest(self, *images):
        body = "".join(json.dumps({"source-ref": image}) + "\n" for image in images)
        self.s3.put_object(Bucket=MANIFEST.bucket, Key=MANIFEST.key, Body=body.encode())

    def request(self, **changes):
        """A StartMediaAnalysisJob request."""
        plain = MediaAnalysisRequest(manifest=MANIFEST, output=OUTPUT, job_name="nightly-start")
        return encode_request(replace(plain, **changes))

    def ask(self, *, task="start", clears=0, existing_job=ExistingJob.REATTACH, **changes):
        """What one try of a task asks for."""
        request = self.request(**changes)
        return SubmissionRequest(
            identity=TaskIdentity("nightly", "2026-05-01", task, -1),
            fingerprint=fingerprint(request, content="etag", route=self.route),
            request=request,
            clears=clears,
            existing_job=existing_job,
        )

    def records(self, asked):
        return SubmissionRecordStore(self.objects, bulk_record_uri(OUTPUT, asked.identity))

    def submit(self, asked=None, **options):
        """One try."""
        asked = asked or self.ask()
        return submit_or_attach(
            asked, jobs=self.jobs, records=self.records(asked), clock=lambda: self.now, **options
        )

    def record(self, asked=None):
        return self.records(asked or self.ask()).read()

    def finish(self, job_id=None):
        self.emulator.advance(job_id, to_end=True)

    def paid(self):
        """Jobs that exist, and images billed when all of them are done."""
        self.finish()
        usage = self.emulator.usage()
        return usage["jobs"], usage["images_billed"]

    def calls(self, operation):
        return self.emulator.usage()["calls"].get(operation, 0)


@pytest.fixture
def stage(rekmedia_emulator, clients):
    """An empty emulator, whose jobs move only by hand, behind our adapters."""
    rekmedia_emulator.configure(by_hand=True, unguessable_keys=True, shuffle_results=False)
    key = ("stage", rekmedia_emulator.endpoint_url)
    if key not in clients:
        once = {"total_max_attempts": 1}
        clients[key] = [
            rekmedia_emulator.client(name, retries=once, read_timeout=5) for name in ("rekognition", "s3")
        ]
    return Stage(rekmedia_emulator, *clients[key])
