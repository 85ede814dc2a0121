"""How the decisions about a queue are stored."""

import json

import pytest
from core.review.items import NOON

from airflow_provider_rekmedia.core.errors import UnreadableReview
from airflow_provider_rekmedia.core.review.answer import Answer, LabelJudgement, ReviewDecision
from airflow_provider_rekmedia.core.review.queue_decisions import (
    QueueDecisions,
    decisions_uri,
    decode_decisions,
    encode_decisions,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def decided(**changes):
    values = {
        "queue": "sum",
        "number": 0,
        "dag_id": "nightly",
        "run_id": "monday",
        "task_id": "review",
        "map_index": 0,
        "try_number": 1,
        "reviewer_id": "5",
        "reviewer_name": "ann",
        "answered_at": NOON,
        "decisions": "as",
        "seconds": 60,
        "revealed": 1,
        "labels": {"1": LabelJudgement(wrong=(0,))},
    }
    return QueueDecisions(**values | changes)


def test_decisions_are_read_back_as_they_were_written():
    written = decided()

    read = decode_decisions(encode_decisions(written), "s3://ops/d.json")

    assert read == written
    assert read.answer(2, "s3://ops/d.json") == Answer(
        decisions=(ReviewDecision.ALLOW, ReviewDecision.SKIP),
        seconds=60,
        revealed=1,
        labels={1: LabelJudgement(wrong=(0,))},
    )
    assert read.count(ReviewDecision.SKIP) == 1


def test_decisions_that_do_not_fit_their_queue_are_damaged():
    with pytest.raises(UnreadableReview, match="2 decisions, but the queue has 3"):
        decided().answer(3, "s3://ops/d.json")


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 100_000])
def test_a_damaged_file_is_an_error_that_names_it(body):
    with pytest.raises(UnreadableReview, match=r"s3://ops/d\.json"):
        decode_decisions(body, "s3://ops/d.json")


def test_an_unknown_version_is_an_error():
    document = json.loads(encode_decisions(decided())) | {"version": 2}

    with pytest.raises(UnreadableReview):
        decode_decisions(json.dumps(document).encode(), "s3://ops/d.json")


def test_each_queue_has_one_file_of_decisions():
    assert str(decisions_uri(S3Uri("ops", "run/"), "sum")) == "s3://ops/run/decisions/sum.json"
