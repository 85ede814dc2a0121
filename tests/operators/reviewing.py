"""A review on the emulator: its bucket, its verdicts, and Airflow's question."""

import gzip
from datetime import UTC, datetime

from core.review.rows import row
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.core.verdicts.verdict_file import encode_verdict_row
from airflow_provider_rekmedia.operators.review import (
    RekognitionFinishReviewOperator,
    RekognitionPlanReviewOperator,
)

REVIEW = "s3://photos/review/"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAMES = ("beach.jpg", "pills.jpg")


def put_verdicts(photos):
    rows = []
    for name in NAMES:
        photos.put(name)
        image = {"Bucket": "photos", "Key": f"uploads/{name}"}
        # The emulator's images are equal, and images with the same bytes appear once.
        body = photos.client.get_object(**image)["Body"].read() + name.encode()
        etag = photos.client.put_object(**image, Body=body)["ETag"].strip('"')
        rows.append(row(uri=f"s3://photos/{image['Key']}", key=image["Key"], etag=etag, confidence=90.0))
    body = gzip.compress(b"".join(map(encode_verdict_row, rows)))
    photos.client.put_object(Bucket="photos", Key="verdicts.jsonl.gz", Body=body)
    return {"version": 1, "uris": ["s3://photos/verdicts.jsonl.gz"], "images": 2, "run_images": 3}


def plan(verdicts, ti=None, **changes):
    arguments = {"task_id": "plan", "verdicts": verdicts, "review": REVIEW} | changes
    ti = ti or FakeTaskInstance(task_id="plan")
    return RekognitionPlanReviewOperator(**arguments).execute({"ti": ti}), ti


def finish(plan_uri, ti=None, **changes):
    arguments = {"task_id": "finish", "plan": plan_uri} | changes
    ti = ti or FakeTaskInstance(task_id="finish")
    return RekognitionFinishReviewOperator(**arguments).execute({"ti": ti}), ti
