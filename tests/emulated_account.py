"""One run of ``verify`` on the emulator, whose clock moves while ``verify`` sleeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from buckets import create_buckets

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.jobs.job import Engine
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.verify.workbench import VerifyOptions, Workbench
from airflow_provider_rekmedia.services.verify_account import choose_questions, verify_account

RUN_ID = "0123456789abcdef" * 2
PREFIX = S3Uri("verified-bucket", f"checks/rekmedia-verify-{RUN_ID}/")
ADAPTER = "arn:aws:rekognition:us-east-1:123456789012:project/adapter/version/adapter.1/1700000000000"


class EmulatedAccount:
    """An account with one bucket. It is what services get as ``clients``."""

    region = "us-east-1"
    route = "aws_default@us-east-1"

    def __init__(self, emulator, clients):
        self.emulator = emulator
        self.rekognition, self.s3 = clients
        self.jobs = MediaAnalysisJobs(self.rekognition)
        self.objects = S3Objects(self.s3)
        self.now = datetime(2026, 12, 1, tzinfo=UTC)
        self.reported = []
        create_buckets(self.s3, PREFIX.bucket)

    def unretried_client(self, max_connections):
        return self.rekognition

    def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)
        self.emulator.move_clock(seconds)

    def options(self, **changes):
        options = VerifyOptions(
            run_id=RUN_ID, sleep=self.sleep, clock=lambda: self.now, report=self.reported.append
        )
        return replace(options, **changes)

    def bench(self, **changes):
        bench = Workbench(self, PREFIX, self.options(**changes))
        bench.put_images()
        return bench

    def verify(self, *fact_ids, **changes):
        """Ask the questions, or all of them."""
        has_adapter = changes.get("project_version") is not None
        questions = choose_questions([*Engine], has_adapter=has_adapter, fact_ids=fact_ids or None)
        return verify_account(self, PREFIX, questions, self.options(**changes))

    def keys(self):
        found = self.s3.list_objects_v2(Bucket=PREFIX.bucket).get("Contents", ())
        return [each["Key"] for each in found]


@pytest.fixture
def account(rekmedia_emulator, clients):
    """An account on the emulator, with the default settings."""
    key = ("verify", rekmedia_emulator.endpoint_url)
    if key not in clients:
        once = {"total_max_attempts": 1}
        clients[key] = [rekmedia_emulator.client(name, retries=once) for name in ("rekognition", "s3")]
    return EmulatedAccount(rekmedia_emulator, clients[key])
