"""Holding an image and its copies."""

import json

from core.review.items import NOON
from services.review.review_stage import HOLDS, Stage

from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.review.hold_images import HeldImage, hold_images


def test_each_copy_is_held_and_the_preview_is_deleted():
    stage = Stage()
    stage.put("s3://ops/p.jpg", b"picture")
    image = HeldImage(("s3://photos/a", "s3://photos/b"), "e", "s3://ops/p.jpg")
    other = HeldImage(("s3://photos/c",), None, None)

    for person in ("ann", "bob"):
        files = ReviewFiles(stage.objects, S3Uri("ops", "run/"))
        hold_images(files, HOLDS, [image, other], held_by=person, held_at=NOON)

    records = [json.loads(body) for body in stage.s3.objects.values()]
    assert {(record["uri"], record["held_by"]) for record in records} == {
        ("s3://photos/a", "ann"),
        ("s3://photos/b", "ann"),
        ("s3://photos/c", "ann"),
    }
