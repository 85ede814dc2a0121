"""How a plan is stored, and where its files are."""

import pytest
from core.review.items import NOON

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.review.review_plan import (
    PlannedQueue,
    ReviewPlan,
    decode_plan,
    duplicates_uri,
    encode_plan,
    plan_uri,
    preview_uri,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

FOLDER = S3Uri("ops", "run/")
PLAN = ReviewPlan(
    prefix="s3://ops/review/",
    dag_id="nightly",
    run_id="monday",
    created_at=NOON,
    holds="s3://ops/holds/",
    verdict_uris=("s3://ops/v.jsonl.gz",),
    run_images=3,
    verdicts=("review",),
    queues=(PlannedQueue(uri="s3://ops/q.json", checksum="sum", images=2),),
    counts={"images": 2},
)


def test_a_plan_is_read_back_as_it_was_written():
    assert decode_plan(encode_plan(PLAN), "s3://ops/p.json") == PLAN


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 100_000])
def test_a_damaged_plan_is_an_error_that_names_the_file(body):
    with pytest.raises(UnreadableReview, match=r"s3://ops/p\.json"):
        decode_plan(body, "s3://ops/p.json")


def test_other_inputs_have_another_plan():
    assert plan_uri(FOLDER, ["a", 1]) == plan_uri(FOLDER, ["a", 1])
    assert plan_uri(FOLDER, ["a", 1]) != plan_uri(FOLDER, ["a", 2])


def test_names_of_files_do_not_show_a_key():
    uri = preview_uri(FOLDER, "s3://photos/a.jpg")

    # printf %s s3://photos/a.jpg | sha256sum
    assert uri.key == "run/previews/3d6359944b595e3ecb6a469355b8958a8e00f13f42d6d3cd0602149d20089a00.jpg"
    assert duplicates_uri(FOLDER, "sum").key == "run/duplicates/sum.json"
